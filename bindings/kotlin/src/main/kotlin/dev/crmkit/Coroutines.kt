package dev.crmkit

import dev.crmkit.model.Changes
import dev.crmkit.model.CrmException
import dev.crmkit.model.Language
import dev.crmkit.model.Progress
import dev.crmkit.model.SettingsEdit
import dev.crmkit.model.code
import dev.crmkit.model.retryable
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext
import kotlin.time.Duration

/** `Crm.open`, off the main thread. */
suspend fun Crm.Companion.opened(
    path: String,
    settings: List<SettingsEdit> = emptyList(),
    language: Language? = null,
    clock: CrmClock? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Crm {
    var crm: Crm? = null
    try {
        return withContext(dispatcher) { open(path, settings, language, clock).also { crm = it } }
    } catch (cancelled: CancellationException) {
        // Nobody gets what was opened meanwhile.
        crm?.close()
        throw cancelled
    }
}

/**
 * Makes calls off the main thread: every call reads or writes the database, and waits for it.
 *
 * ```
 * val customer = me.io { customers().get("CRM202405010001") }
 * ```
 */
suspend fun <T> SessionInterface.io(
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
    calls: SessionInterface.() -> T,
): T = withContext(dispatcher) { calls() }

/** Makes calls off the main thread, as on a session. */
suspend fun <T> CrmInterface.io(
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
    calls: CrmInterface.() -> T,
): T = withContext(dispatcher) { calls() }

/**
 * Tells that something may have changed for whomever, by this program or another: the present version at once, and then each new one.
 * What has changed for somebody is told by [SessionInterface.changes].
 *
 * It is asked for off the main thread, [every] so often and no oftener, while somebody collects; who is slow gets the last one
 * only. It goes on through a pause, and ends when the database is closed.
 */
fun CrmInterface.changes(every: Duration, dispatcher: CoroutineDispatcher = Dispatchers.IO): Flow<Long> {
    require(every.isPositive()) { "every: $every" }
    return flow {
        var last: Long? = null
        while (true) {
            val version = try {
                version()
            } catch (error: CrmException.Storage) {
                if (error.code == "storage.closed") return@flow
                if (!error.retryable) throw error
                last
            }
            if (version != null && version != last) emit(version)
            last = version
            delay(every)
        }
    }.conflate().flowOn(dispatcher)
}

/**
 * The feed of what changes for the caller, from a [cursor] on, or from now on: what is to be read again and what is gone, by what names
 * it. `reset`: what the caller may see has changed, all is to be read anew. Keep the `cursor` of the last one to go on from when the
 * program runs again.
 *
 * It is asked for off the main thread, [every] so often, while somebody collects; what comes meanwhile is told next, and nothing is left
 * out. It goes on through a pause, and ends when the database is closed.
 */
fun SessionInterface.changes(
    every: Duration,
    cursor: String? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Changes> {
    require(every.isPositive()) { "every: $every" }
    return flow {
        var last = cursor
        while (true) {
            val changes = try {
                changesSince(last)
            } catch (error: CrmException.Storage) {
                if (error.code == "storage.closed") return@flow
                if (!error.retryable) throw error
                null
            }
            if (changes != null) {
                last = changes.cursor
                if (changes.reset || changes.items.isNotEmpty()) emit(changes)
            }
            if (changes?.more != true) delay(every)
        }
    }.flowOn(dispatcher)
}

/**
 * Runs the import off the main thread, a step for each progress that is collected, to its end. Not collecting on stops
 * it: what has come in stays, and importing the same file again goes on.
 */
@JvmOverloads
fun ImportJobInterface.progress(dispatcher: CoroutineDispatcher = Dispatchers.IO): Flow<Progress> =
    steps(dispatcher) { step() }

/**
 * Looks for duplicates off the main thread, a step for each progress that is collected, to its end. Not collecting on
 * stops it.
 */
@JvmOverloads
fun DuplicateJobInterface.progress(dispatcher: CoroutineDispatcher = Dispatchers.IO): Flow<Progress> =
    steps(dispatcher) { step() }

/** A check of the whole store, step by step, off the main thread; its report is ready at the end. */
@JvmOverloads
fun CheckJobInterface.progress(dispatcher: CoroutineDispatcher = Dispatchers.IO): Flow<Progress> =
    steps(dispatcher) { step() }

private fun steps(dispatcher: CoroutineDispatcher, step: () -> Progress): Flow<Progress> = flow {
    do {
        val progress = withContext(dispatcher) { step() }
        emit(progress)
    } while (!progress.finished)
}
