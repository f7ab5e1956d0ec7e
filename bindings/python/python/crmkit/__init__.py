"""A CRM that other programs embed: numbered customers, validation, duplicate checks and imports, offline, in process.

>>> import crmkit
>>> from datetime import date
>>> crm = crmkit.open(":memory:")
>>> user = crm.set_up("lin", "林")
>>> me = crm.session("lin")
>>> customer = me.customers.create(
...     name="上海示例科技有限公司", kind="enterprise", industry="制造业", phones=["021-5555 0199"],
...     source=("转介绍", "老客户"), first_contact=date(2024, 4, 28),
... )
>>> me.customers.get(customer.number) == customer
True
"""

# Each of them says what it has.
from ._crmkit import *
from ._crmkit import __version__ as __version__
from .enums import *
from .errors import *
from .page import *
from .rows import *
