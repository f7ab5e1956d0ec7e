package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** Files on customers, in parts and in streams. */
class AttachmentsTest {
    private val fixture = Fixture()
    private val me = fixture.me

    @AfterEach
    fun close() = fixture.close()

    @Test
    fun `r4_2 what is read back is what went in`() {
        val customer = me.customers().create(company()).number
        val bytes = ByteArray(600_000) { (it % 251).toByte() }
        val quote = AttachmentFile(NewAttachment("报价单.pdf", kind = Choice("报价单")))
        quote.append(bytes.inputStream())
        assertEquals(600_000L, quote.size())
        val attached = me.attachments().add(customer, quote)
        assertEquals("application/pdf", attached.mediaType)
        assertArrayEquals(bytes, me.attachments().open(attached.id).bytes())
        val reader = me.attachments().open(attached.id)
        assertEquals(262_144, reader.nextPart()!!.size)
        assertEquals(600_000 - 262_144, reader.bytes().size)
        assertNull(reader.nextPart())
        assertEquals(attached, reader.attachment())
    }

    @Test
    fun `a reader is closed by use, off the main thread, too`() = runBlocking {
        val customer = me.customers().create(company()).number
        val minutes = AttachmentFile(NewAttachment("纪要.txt", kind = Choice("会议纪要")))
        minutes.append("三点意见".toByteArray())
        val read = me.io {
            val attached = attachments().add(customer, minutes)
            attachments().open(attached.id).use { it.bytes() }
        }
        assertEquals("三点意见", String(read))
    }

    @Test
    fun `r4_2 files come with a conversation, and one of more than 10 MB is refused`() {
        val customer = me.customers().create(company()).number
        val minutes = AttachmentFile(NewAttachment("纪要.txt", kind = Choice("会议纪要")))
        minutes.append("三点意见".toByteArray())
        val talk = NewFollowUp(method = Choice("phone"), topic = "报价", content = "客户要报价")
        val recorded = me.followUps().addWith(customer, talk, listOf(minutes)).followUp
        val files = me.attachments().list(AttachmentQuery(followUp = recorded.id)).items
        assertEquals(listOf("纪要.txt"), files.map { it.name })
        val refused = assertThrows<CrmException.Invalid> { minutes.append(ByteArray(10 * 1024 * 1024)) }
        assertEquals("attachment.too_large", refused.code)
        assertEquals(12L, minutes.size())
    }
}
