"""States as enums whose members are equal to their codes: `customer.status == "potential"`."""

from enum import Enum

from . import _crmkit


class _Word(str, Enum):
    """A member is its code, and has a label for people."""

    def label(self, language: str = "zh") -> str:
        """What a person reads, in "zh" or "en"."""
        return _crmkit._label(type(self).__name__, self.value, language)

    def __str__(self) -> str:
        return str(self.value)


class AddressKind(_Word):
    """What an address is for (R2.2)."""

    REGISTERED = "registered"
    """Where it is registered."""
    BUSINESS = "business"
    """Where it does business."""
    OFFICE = "office"
    """Where its office is."""
    OTHER = "other"
    """Anything else."""


class AuditKind(_Word):
    """What an entry of the log records."""

    SET_UP = "set_up"
    """The store was set up."""
    CUSTOMER_ADDED = "customer.added"
    """A customer was entered."""
    CUSTOMER_EDITED = "customer.edited"
    """A customer was changed."""
    CUSTOMER_ARCHIVED = "customer.archived"
    """A customer was archived."""
    CONTACT_ADDED = "contact.added"
    """A contact was entered."""
    CONTACT_EDITED = "contact.edited"
    """A contact was changed."""
    USER_ADDED = "user.added"
    """A user was entered."""
    USER_EDITED = "user.edited"
    """A user was changed."""
    TEAM_ADDED = "team.added"
    """A team was entered."""
    TEAM_EDITED = "team.edited"
    """A team was changed."""
    PICK_LIST_EDITED = "pick_list.edited"
    """A pick list was changed."""
    CUSTOMER_SAID_DISTINCT = "customer.said_distinct"
    """Two customers were said to be different."""
    CUSTOMER_FORGOT_DISTINCT = "customer.forgot_distinct"
    """What was said of two customers no longer holds."""
    IMPORT_CHANGED = "import.changed"
    """An import began, went on, ended or was undone."""
    REFUSED = "refused"
    """Somebody tried what they may not."""


class Band(_Word):
    """The half-open bands of a size (R2.2): people [0,50) [50,200) [200,∞); yuan [0,10 M) [10 M,50 M) [50 M,∞)."""

    SMALL = "small"
    """Below 50 people, or below 10 million yuan."""
    MEDIUM = "medium"
    """From 50 to below 200 people, or from 10 to below 50 million yuan."""
    LARGE = "large"
    """From 200 people, or from 50 million yuan."""


class CustomerKind(_Word):
    """What sort of customer it is (R2.2)."""

    ENTERPRISE = "enterprise"
    """A company."""
    INDIVIDUAL = "individual"
    """A person."""
    INSTITUTION = "institution"
    """A government body or public institution."""


class CustomerSort(_Word):
    """The order of a list of customers."""

    NEWEST = "newest"
    """By number, the newest first."""
    OLDEST = "oldest"
    """By number, the oldest first."""
    NAME = "name"
    """By name, then number."""


class CustomerStatus(_Word):
    """Where the relation stands (R2.5)."""

    POTENTIAL = "potential"
    """Only a lead, no real conversation yet."""
    INTERESTED = "interested"
    """Has voiced a need and would take a quote."""
    NEGOTIATING = "negotiating"
    """Terms are being discussed."""
    WON = "won"
    """A contract is signed and paid."""
    LOST = "lost"
    """Said no, or was silent for more than three months."""


class DuplicateCheck(_Word):
    """What entering a customer does about likely duplicates (R6.1)."""

    REFUSE = "refuse"
    """Saving over a likely one is refused, with the list."""
    ANOTHER_CUSTOMER = "another_customer"
    """The caller says that it is another customer; the answer is kept for each pair."""
    OFF = "off"
    """No check: the caller has made one."""


class ErrorKind(_Word):
    """The kinds of errors, for a host that branches on them."""

    INVALID = "invalid"
    """The input is wrong."""
    NOT_FOUND = "not_found"
    """There is no such thing, as far as the caller may see."""
    DUPLICATE = "duplicate"
    """The customer may be there already."""
    CONFLICT = "conflict"
    """Changed since the caller saw it."""
    RULE = "rule"
    """A rule forbids it."""
    DENIED = "denied"
    """The caller may not."""
    STORAGE = "storage"
    """The store failed."""
    INTERNAL = "internal"
    """A defect of the library."""


class ImportState(_Word):
    """How far an import has come."""

    RUNNING = "running"
    """Begun, and not at the end: running it again goes on."""
    FINISHED = "finished"
    """All rows have been seen."""
    UNDONE = "undone"
    """What it brought has been taken out again."""


class MatchBand(_Word):
    """How sure it is that two are the same (R6.1)."""

    LIKELY = "likely"
    """Saving over it is refused."""
    SIMILAR = "similar"
    """Listed only."""


class MatchReason(_Word):
    """Why two are taken for the same, or nearly."""

    SAME_PHONE = "same_phone"
    """They share a mobile or landline number."""
    NEAR_PHONE = "near_phone"
    """A mobile or landline number of the one differs in one digit from one of the other."""
    WEAK_PHONE = "weak_phone"
    """They share a number that many customers have."""
    SHARED_SWITCHBOARD = "shared_switchboard"
    """They share a number and their names clearly differ."""
    SAME_ALIAS = "same_alias"
    """They have a number of another form in common."""
    NEAR_ALIAS = "near_alias"
    """A number of another form of the one differs in one character from one of the other."""
    SAME_NAME = "same_name"
    """The names are the same."""
    SAME_NAME_BUT_FORM = "same_name_but_form"
    """The names are the same but for suffix, brackets, script form or where the region stands."""
    SAME_NAME_BUT_REGION = "same_name_but_region"
    """The names are the same but for a region that one of them lacks."""
    OTHER_REGION = "other_region"
    """The names are the same, and each has a region of its own."""
    OTHER_BRANCH = "other_branch"
    """One is a branch of the other, or they are branches of one company."""
    ONE_CHARACTER_APART = "one_character_apart"
    """The names differ in one character."""
    SAME_SOUND = "same_sound"
    """Several characters of the names differ, and sound the same."""
    SHORT_NAME = "short_name"
    """The one name is short for the other, or may be."""
    SIMILAR_NAME = "similar_name"
    """The names are alike."""


class OnDuplicate(_Word):
    """What becomes of a row that is likely to be there already."""

    SKIP = "skip"
    """Nothing: the one there stays as it is."""
    FILL_BLANKS = "fill_blanks"
    """The blanks of the one there are filled, its lists grow, nothing is overwritten (R6.3)."""
    CREATE = "create"
    """It is created all the same; the answer is kept for the pair."""


class PhoneCheck(_Word):
    """How far a telephone number can be relied on (R2.2)."""

    VERIFIED = "verified"
    """Read as it was typed."""
    ASSUMED = "assumed"
    """An import took the missing area code from the address."""
    UNVERIFIED = "unverified"
    """An import kept a number that could not be read; it takes no part in matching."""


class PickList(_Word):
    """The lists that an admin edits (R2.3)."""

    INDUSTRY = "industry"
    """The trade of a customer."""
    SOURCE = "source"
    """Where a customer came from."""


class Role(_Word):
    """What a user may do (R8.1)."""

    ADMIN = "admin"
    """Everything."""
    SUPERVISOR = "supervisor"
    """The team's customers."""
    SALES_REP = "sales_rep"
    """Only their own customers."""


class RowOutcome(_Word):
    """What became of a row."""

    CREATED = "created"
    """A customer was created."""
    FILLED = "filled"
    """Blanks of the customer that was there were filled."""
    SKIPPED = "skipped"
    """A likely duplicate was there, or the row had come in before."""
    REFUSED = "refused"
    """The row was wrong."""


class SizeScale(_Word):
    """What a size is measured by (R2.2)."""

    HEADCOUNT = "headcount"
    """People employed."""
    REVENUE = "revenue"
    """Revenue a year, in yuan."""
