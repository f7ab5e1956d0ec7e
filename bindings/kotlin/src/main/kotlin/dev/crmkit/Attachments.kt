package dev.crmkit

import java.io.ByteArrayOutputStream
import java.io.InputStream
import java.io.OutputStream

/** Bytes that are read at a time. */
private const val PART = 256 * 1024

/**
 * Puts all that a stream has behind the bytes that the file has; the stream is left open.
 *
 * ```
 * val quote = AttachmentFile(NewAttachment("报价单.pdf", kind = Choice("报价单")))
 * File("报价单.pdf").inputStream().use { quote.append(it) }
 * me.attachments().add(customer.number, quote)
 * ```
 */
fun AttachmentFileInterface.append(stream: InputStream) {
    val part = ByteArray(PART)
    while (true) {
        val read = stream.read(part)
        if (read < 0) return
        append(part.copyOf(read))
    }
}

/** Writes all that has not been read yet; the stream is left open. */
fun AttachmentReaderInterface.copyTo(stream: OutputStream) {
    while (true) stream.write(nextPart() ?: return)
}

/** All bytes that have not been read yet. */
fun AttachmentReaderInterface.bytes(): ByteArray = ByteArrayOutputStream().also(::copyTo).toByteArray()
