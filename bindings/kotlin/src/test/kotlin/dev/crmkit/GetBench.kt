package dev.crmkit

import dev.crmkit.model.Address
import dev.crmkit.model.AddressKind
import dev.crmkit.model.DuplicateCheck
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption

/** One customer by number (`kotlin_get`). Not among the tests: `cargo xtask bench kotlin_get` runs it. */
class GetBench {
    @Test
    fun `one customer by number`(@TempDir folder: Path) {
        val quick = System.getenv("CRMKIT_BENCH_QUICK") != null
        // By the library's own clock, as Rust's: one of the host's is asked at each call.
        Crm.open(folder.resolve("crm.db").toString()).use { crm ->
            crm.setUp("lin", "林")
            val customers = crm.session("lin").customers()
            val numbers = (0 until 1000).map {
                val address = Address(AddressKind.BUSINESS, "江苏省", "苏州市", "姑苏区", "人民路${it}号")
                val new = company("示例${it}号有限公司", "1391234%04d".format(it)).copy(addresses = listOf(address))
                customers.create(new, DuplicateCheck.OFF).number
            }
            val nanoseconds = { numbers.map { number -> System.nanoTime().let { start -> customers.get(number); System.nanoTime() - start } } }
            // The JIT has to have seen it often enough.
            repeat(if (quick) 20 else 100) { nanoseconds() }
            val times = (0 until if (quick) 5 else 50).flatMap { nanoseconds() }.sorted()
            val median = times[times.size / 2] / 1000.0
            println("kotlin_get: $median µs")
            val line = """{"name": "kotlin_get", "value": $median, "unit": "µs"}""" + "\n"
            System.getenv("CRMKIT_BENCH_OUT")?.let {
                Files.writeString(Path.of(it), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
            }
        }
    }
}
