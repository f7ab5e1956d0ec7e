import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.crmkit.Crm;
import dev.crmkit.model.CrmException;
import dev.crmkit.model.Role;
import org.junit.jupiter.api.Test;

class ConsumerTest {
    @Test
    void theJarAloneIsEnough() throws CrmException {
        try (Crm crm = Crm.open(":memory:")) {
            assertEquals(Role.ADMIN, crm.setUp("lin", "林").getRole());
            assertThrows(CrmException.NotFound.class, () -> crm.session("lin").customers().get("CRM202405010001"));
        }
    }
}
