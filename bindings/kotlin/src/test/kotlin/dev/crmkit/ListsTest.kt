package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.math.BigDecimal
import java.time.LocalDate

/** Whole lists, page by page. */
class ListsTest {
    @Test
    fun `each list is gone through to its end`() = Fixture().use { fixture ->
        val me = fixture.me
        val customer = me.customers().create(company()).number
        for (n in 1..3) fill(me, customer, n)
        runBlocking {
            assertEquals(3, me.tasks().all(TaskQuery(list = TaskList.OPEN), pageSize = 2).toList().size)
            assertEquals(3, me.followUps().all(pageSize = 2).toList().size)
            assertEquals(3, me.opportunities().all(pageSize = 2).toList().size)
            assertEquals(3, me.contracts().all(pageSize = 2).toList().size)
            assertEquals(3, me.attachments().all(pageSize = 2).toList().size)
        }
    }

    private fun fill(me: Session, customer: String, n: Int) {
        val (first, last) = LocalDate.of(2024, 5, 1) to LocalDate.of(2024, 5, 31)
        me.followUps().add(customer, NewFollowUp(method = Choice("phone"), topic = "报价$n", content = "客户要报价", nextFollowUp = last))
        me.opportunities().create(customer, NewOpportunity("产线$n", expectedAmount = BigDecimal.TEN, expectedClose = last))
        me.contracts().add(customer, NewContract("HT-$n", amount = BigDecimal.TEN, signedOn = first))
        val file = AttachmentFile(NewAttachment("纪要$n.txt", kind = Choice("会议纪要")))
        file.append("三点意见".toByteArray())
        me.attachments().add(customer, file)
    }
}
