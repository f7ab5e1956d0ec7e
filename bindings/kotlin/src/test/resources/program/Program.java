// The same in Java, which knows no unsigned numbers, default arguments or companions.
import dev.crmkit.Crm;
import dev.crmkit.FixedClock;
import dev.crmkit.ListsKt;
import dev.crmkit.Session;
import dev.crmkit.model.Choice;
import dev.crmkit.model.CrmException;
import dev.crmkit.model.CustomerKind;
import dev.crmkit.model.CustomerQuery;
import dev.crmkit.model.NewCustomer;
import dev.crmkit.model.NewFollowUp;
import dev.crmkit.model.NewOpportunity;
import dev.crmkit.model.NewPhone;
import dev.crmkit.model.PageRequest;
import dev.crmkit.model.TaskList;
import dev.crmkit.model.TaskQuery;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

public final class Program {
    public static void main(String[] arguments) throws CrmException {
        var noon = new FixedClock(Instant.parse("2024-05-01T04:00:00Z"));
        try (Crm crm = Crm.open(":memory:", List.of(), null, noon)) {
            long revision = crm.setUp("lin", "林").getRevision();
            Session me = crm.session("lin");
            sell(me);
            int open = me.tasks().list(new TaskQuery(TaskList.OPEN), new PageRequest()).getItems().size();
            int found = me.customers().list(new CustomerQuery("示例"), new PageRequest()).getItems().size();
            System.out.println(revision + " " + open + " " + found + " " + CustomerKind.fromCode("enterprise"));
            ListsKt.all(me.customers());
            me.contacts().list("CRM202405010009");
        } catch (CrmException.NotFound none) {
            System.out.println(none.getCode() + " " + new PageRequest(null, 10).getLimit() + " " + List.of());
        }
    }

    /** What a record has behind what is given is left out. */
    private static void sell(Session me) throws CrmException {
        var phones = List.of(new NewPhone("021-5555 0199"));
        var day = LocalDate.of(2024, 4, 28);
        var entered = new NewCustomer(
            "上海示例科技有限公司", CustomerKind.ENTERPRISE, new Choice("制造业"), null, phones, List.of(), List.of(), new Choice("转介绍"), day);
        String customer = me.customers().create(entered, null).getNumber();
        var talk = new NewFollowUp(null, new Choice("phone"), null, "报价", "客户要报价");
        me.followUps().add(customer, talk);
        var deal = new NewOpportunity("产线改造", new BigDecimal("120000"), null, null, LocalDate.of(2024, 6, 30));
        me.opportunities().create(customer, deal);
    }
}
