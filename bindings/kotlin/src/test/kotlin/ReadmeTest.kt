import dev.crmkit.Crm
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import kotlin.io.path.Path
import kotlin.io.path.deleteIfExists
import kotlin.io.path.writeText

/** Runs Readme.kt, which is what the README shows, in the folder in which Maven starts the tests. */
class ReadmeTest {
    @Test
    fun `what the README shows runs`() {
        val files = listOf("crm.db", "crm.db-wal", "crm.db-shm").map { Path(it) }
        files.forEach { it.deleteIfExists() }
        Path("list.csv").writeText("客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n甲有限公司,企业客户,制造业,13912345678,转介绍,2024-04-28\n")
        runBlocking { main() }
        Crm.open("crm.db").use { crm ->
            crm.session("lin").use { me -> assertEquals(1L, me.customers().count(), "the import was a dry run") }
        }
    }
}
