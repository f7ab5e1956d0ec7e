package dev.crmkit.model

/**
 * The order of customers' numbers: by the day of entry, then by the serial as a number. As texts, `CRM2024050110000` would come before
 * `CRM202405019999`.
 *
 * ```
 * customers.sortedWith(compareBy(CustomerNumberOrder) { it.number })
 * ```
 */
object CustomerNumberOrder : Comparator<CustomerNumber>, java.io.Serializable {
    /** `CRM` and the eight digits of a day. */
    private const val DAY_ENDS = 11

    // A serial has no more zeros in front than four digits need: a longer one is a greater one.
    override fun compare(one: CustomerNumber, other: CustomerNumber): Int {
        val days = one.take(DAY_ENDS).compareTo(other.take(DAY_ENDS))
        return when {
            days != 0 -> days
            one.length != other.length -> one.length.compareTo(other.length)
            else -> one.compareTo(other)
        }
    }

    private fun readResolve(): Any = CustomerNumberOrder
}
