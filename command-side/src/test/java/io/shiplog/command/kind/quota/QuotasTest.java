package io.shiplog.command.kind.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.core.quota.ResourceQuotaKind;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotasTest {
    private static final String POD =
            "{'metadata':{'name':'NAME','namespace':'n'},'spec':{'containers':[{'name':'c','resources':"
                    + "{'requests':{'cpu':'CPU'}}}]MORE}STATUS}";

    private static String pod(String name, String cpu, String more) {
        return POD.replace("NAME", name)
                .replace("CPU", cpu)
                .replace("MORE", more)
                .replace("STATUS", "");
    }

    private static FakeState quota(String hard, String more) {
        return new FakeState()
                .with(
                        ResourceQuotaKind.TYPE,
                        "{'metadata':{'name':'q','namespace':'n'},'spec':{'hard':{" + hard + "}" + more + "}}");
    }

    private static @Nullable Refusal refusal(String type, String object, @Nullable String old, FakeState state) {
        ObjectNode tree = Samples.tree(object);
        ResourceType of = KindValidationTest.type(type);
        ObjectKey key = ObjectKey.of(of, Trees.namespace(tree), Trees.name(tree));
        return Quotas.refusal(key, tree, old == null ? null : Samples.tree(old), state);
    }

    private static String why(String type, String object, FakeState state) {
        Refusal refusal = refusal(type, object, null, state);
        return refusal == null ? "" : refusal.message().replaceFirst(".*is forbidden: ", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'pods':'2' | ",
                "'pods':'1' | exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1",
                "'requests.cpu':'1' | ",
                "'requests.cpu':'800m','pods':'1' | exceeded quota: q, requested: pods=1,requests.cpu=500m, used:"
                        + " pods=1,requests.cpu=500m, limited: pods=1,requests.cpu=800m",
                "'limits.cpu':'1','memory':'1' | failed quota: q: must specify limits.cpu for: c; memory for: c",
                "'count/pods':'1' | exceeded quota: q, requested: count/pods=1, used: count/pods=1, limited: count/pods=1",
                "'configmaps':'0' | ",
            })
    void a_pod_beside_another(String hard, String why) {
        FakeState state = quota(hard, "").with("pods", pod("one", "500m", ""));
        assertEquals(why == null ? "" : why, why("pods", pod("two", "500m", ""), state));
    }

    @Test
    void finished_pods_and_other_namespaces_do_not_count() {
        FakeState state = quota("'pods':'1'", "")
                .with(
                        "pods",
                        POD.replace("NAME", "one")
                                .replace("MORE", "")
                                .replace("STATUS", ",'status':{'phase':'Failed'}"))
                .with("pods", pod("one", "1", "").replace("'n'", "'m'"));
        assertEquals("", why("pods", pod("two", "1", ""), state));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'scopes':['Terminating'] | | ",
                "'scopes':['Terminating'] | ,'activeDeadlineSeconds':5 | pods=1",
                "'scopes':['NotBestEffort'] | | pods=1",
                "'scopes':['BestEffort'] | | ",
                "'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} |"
                        + " ,'priorityClassName':'high' | pods=1",
                "'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} |"
                        + " ,'priorityClassName':'low' | ",
            })
    void a_quota_counts_only_what_is_in_its_scopes(String scopes, @Nullable String more, @Nullable String exceeded) {
        FakeState state = quota("'pods':'0'", "," + scopes);
        String expected = exceeded == null ? "" : "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0";
        assertEquals(expected, why("pods", pod("one", "1", more == null ? "" : more), state));
    }

    @Test
    void claims_count_by_class_and_services_by_type() {
        FakeState state =
                quota("'gold.storageclass.storage.k8s.io/requests.storage':'1Gi','services.nodeports':'0'", "");
        String claim =
                "{'metadata':{'name':'c','namespace':'n'},'spec':{'storageClassName':'gold','resources':{'requests':"
                        + "{'storage':'2Gi'}}}}";
        assertEquals(
                "exceeded quota: q, requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, used:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=0, limited:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=1Gi",
                why("persistentvolumeclaims", claim, state));
        String service = "{'metadata':{'name':'s','namespace':'n'},'spec':{'type':'NodePort','ports':[{'port':80}]}}";
        assertEquals(
                "exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=0, limited:"
                        + " services.nodeports=0",
                why("services", service, state));
        assertNull(refusal("services", service, service, state), "a Service that uses no more than before");
    }

    @Test
    void a_guard_counts_again_what_came_meanwhile() {
        ObjectNode pod = Samples.tree(pod("two", "1", ""));
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "n", "two");
        FakeState state = quota("'pods':'1'", "");
        Guard guard = Quotas.guards(key, pod, null, state).getFirst();
        assertTrue(guard.holds(state, 1), "nothing came");
        state.with("configmaps", "{'metadata':{'name':'m','namespace':'n'}}");
        assertTrue(guard.holds(state, 1), "what came does not count");
        state.with("pods", pod("one", "1", ""));
        assertFalse(guard.holds(state, 1), "another pod took the place");
        assertEquals(List.of(), Quotas.guards(key, pod, null, new FakeState()), "no quota, no guard");
    }
}
