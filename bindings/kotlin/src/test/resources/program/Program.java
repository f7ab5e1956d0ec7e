// The same in Java, which knows no unsigned numbers, default arguments or companions.
import dev.crmkit.Crm;
import dev.crmkit.model.CrmException;
import dev.crmkit.model.CustomerKind;
import dev.crmkit.model.PageRequest;
import java.util.List;

public final class Program {
    public static void main(String[] arguments) throws CrmException {
        try (Crm crm = Crm.open(":memory:")) {
            long revision = crm.setUp("lin", "林").getRevision();
            int found = crm.session("lin").contacts().list("CRM202405010001").size();
            System.out.println(revision + " " + found + " " + CustomerKind.fromCode("enterprise"));
        } catch (CrmException.NotFound none) {
            System.out.println(none.getCode() + " " + new PageRequest(null, 10).getLimit() + " " + List.of());
        }
    }
}
