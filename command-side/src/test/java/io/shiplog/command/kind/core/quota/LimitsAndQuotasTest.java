package io.shiplog.command.kind.core.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LimitRanges and ResourceQuotas: validation, and what limit ranges do to pods and claims. */
public class LimitsAndQuotasTest {
    private static final String META = "'metadata':{'name':'x','namespace':'n'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "limitranges | {META,'spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'cpu':'10m'}}]}} | ",
                "limitranges | {META,'spec':{'limits':[{'type':'Odd'},{'type':'PersistentVolumeClaim'}]}} | spec.limits[0].type:"
                        + " Invalid value: \"Odd\": must be a standard limit type or fully qualified & spec.limits[1].limits:"
                        + " Required value: either minimum or maximum storage value is required, but neither was provided",
                "limitranges | {META,'spec':{'limits':[{'type':'Container','max':{'cpu':'2'},'min':{'cpu':'10m'},'maxLimitRequestRatio':"
                        + "{'cpu':'65536'}}]}} | spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"65536\": ratio 65536 is"
                        + " greater than max/min = 200.000000",
                "limitranges | {META,'spec':{'limits':[{'type':'Container','default':{'cpu':'-5'},'min':{'cpu':'10m'},"
                        + "'defaultRequest':{'cpu':'100m'}},{'type':'Container'}]}} | spec.limits[0].defaultRequest[cpu]: Invalid"
                        + " value: \"100m\": default request value 100m is greater than default limit value -5 &"
                        + " spec.limits[0].default[cpu]: Invalid value: \"10m\": min value 10m is greater than default value -5 &"
                        + " spec.limits[1].type: Duplicate value: \"Container\"",
                "limitranges | {META,'spec':{'limits':[{'type':'Pod','default':{'cpu':'1'},'max':{'pods':'1'}}]}} |"
                        + " spec.limits[0].max[pods]: Invalid value: \"pods\": must be a standard resource for containers &"
                        + " spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
                "resourcequotas | {META,'spec':{'hard':{'pods':'1','example.com/gpu':'2','requests.example.com/gpu':'2'}}} | ",
                "resourcequotas | {META,'spec':{'hard':{'pods':'5m','odd':'1','cpu':'-1'}}} | spec.hard[pods]: Invalid value:"
                        + " \"5m\": must be an integer & spec.hard[odd]: Invalid value: \"odd\": must be a standard resource type or"
                        + " fully qualified & spec.hard[odd]: Invalid value: \"odd\": must be a standard resource for quota &"
                        + " spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0",
                "resourcequotas | {META,'spec':{'hard':{'pods':'1','secrets':'1'},'scopes':['NotTerminating','Odd','Terminating']}} |"
                        + " spec.scopes: Invalid value: [\"NotTerminating\",\"Odd\",\"Terminating\"]: unsupported scope applied to"
                        + " resource & spec.scopes: Invalid value: [\"NotTerminating\",\"Odd\",\"Terminating\"]: unsupported scope &"
                        + " spec.scopes: Invalid value: [\"NotTerminating\",\"Odd\",\"Terminating\"]: unsupported scope applied to"
                        + " resource & spec.scopes: Invalid value: [\"NotTerminating\",\"Odd\",\"Terminating\"]: conflicting scopes",
                "resourcequotas | {META,'spec':{'scopeSelector':{'matchExpressions':[{'scopeName':'Terminating','operator':'In'}]}}} |"
                        + " spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any"
                        + " of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                        + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity &"
                        + " spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator`"
                        + " is 'In' or 'NotIn' for scope selector",
            })
    void what_is_wrong_with_an_object(String type, String object, String problems) {
        assertEquals(
                problems == null ? "" : problems,
                String.join(" & ", Samples.problems(KindValidationTest.type(type), object.replace("META", META))));
    }

    @Test
    void a_limit_range_without_a_name_gets_one() {
        assertTrue(Samples.strategy(ResourceType.core("limitranges")).namesItself());
        assertFalse(Samples.strategy(ResourceType.core("resourcequotas")).namesItself());
    }

    @Test
    void a_container_item_defaults_to_its_bounds_and_twice_changes_nothing() {
        ResourceType type = LimitRangeKind.TYPE;
        ObjectNode range = Samples.defaulted(
                type,
                ("{META,'spec':{'limits':[{'type':'Container','default':{'memory':'1Gi'},'max':{'cpu':'2'},'min':{'cpu':'10m'}}]}}")
                        .replace("META", META));
        ObjectNode item = Trees.objects(range.path("spec"), "limits").getFirst();
        assertEquals("{\"memory\":\"1Gi\",\"cpu\":\"2\"}", item.path("default").toString());
        assertEquals(
                "{\"memory\":\"1Gi\",\"cpu\":\"2\"}",
                item.path("defaultRequest").toString());
        ObjectNode twice = range.deepCopy();
        Samples.strategy(type).setDefaults(twice);
        assertEquals(range, twice);
    }

    private static FakeState limits(String items) {
        return new FakeState()
                .with(
                        LimitRangeKind.TYPE,
                        "{'metadata':{'name':'l','namespace':'n'},'spec':{'limits':[" + items + "]}}");
    }

    private static final String OF_CONTAINERS =
            "{'type':'Container','default':{'cpu':'400m'},'defaultRequest':{'cpu':'100m','memory':'10Mi'},'max':{'cpu':'1'},"
                    + "'min':{'cpu':'50m'},'maxLimitRequestRatio':{'cpu':'5'}},{'type':'Pod','max':{'memory':'1Gi'}}";

    @Test
    void a_container_gets_what_it_does_not_say() {
        ObjectNode pod = Samples.tree(
                "{META,'spec':{'containers':[{'name':'a','resources':{'limits':{'memory':'1Mi'},'requests':{'memory':'1Mi'}}}]}}"
                        .replace("META", META));
        LimitRanges.setDefaults(pod, limits(OF_CONTAINERS));
        assertEquals(
                "{\"limits\":{\"memory\":\"1Mi\",\"cpu\":\"400m\"},\"requests\":{\"memory\":\"1Mi\",\"cpu\":\"100m\"}}",
                Trees.objects(pod.path("spec"), "containers")
                        .getFirst()
                        .path("resources")
                        .toString());
        assertEquals(
                "LimitRanger plugin set: cpu request for container a; cpu limit for container a",
                Trees.text(pod, "metadata", "annotations", "kubernetes.io/limit-ranger"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'requests':{'cpu':'100m'},'limits':{'cpu':'300m','memory':'1Mi'}} | ",
                "{'requests':{'cpu':'2'},'limits':{'cpu':'2','memory':'1Mi'}} | maximum cpu usage per Container is 1, but limit is 2",
                "{'requests':{'cpu':'10m'},'limits':{'cpu':'400m','memory':'1Mi'}} | [minimum cpu usage per Container is 50m, but"
                        + " request is 10m, cpu max limit to request ratio per Container is 5, but provided ratio is 40.000000]",
                "{'requests':{'cpu':'100m'},'limits':{'cpu':'300m','memory':'2Gi'}} | maximum memory usage per Pod is 1Gi, but limit"
                        + " is 2Gi",
                "{'requests':{'cpu':'100m'},'limits':{'cpu':'300m'}} | maximum memory usage per Pod is 1Gi.  No limit is specified",
            })
    void a_pod_out_of_bounds_is_refused(String resources, String why) {
        ObjectNode pod = Samples.tree("{META,'spec':{'containers':[{'name':'a','resources':RES}]}}"
                .replace("META", META)
                .replace("RES", resources));
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "n", "x");
        Refusal refusal = LimitRanges.admitPod(pod, key, limits(OF_CONTAINERS));
        assertEquals(why == null ? "" : "pods \"x\" is forbidden: " + why, refusal == null ? "" : refusal.message());
    }

    @Test
    void a_quotas_scopes_do_not_change_and_a_small_limit_is_warned_of() {
        String quota = "{META,'spec':{'hard':{'pods':'1'},'scopes':['BestEffort']}}".replace("META", META);
        assertEquals(
                List.of("spec.scopes: Invalid value: [\"NotBestEffort\"]: field is immutable"),
                Samples.updateProblems(ResourceQuotaKind.TYPE, quota, quota.replace("Best", "NotBest")));
        assertEquals(
                List.of("ResourceQuota cpu (2) should be less than limits.cpu (1)"),
                Samples.strategy(ResourceQuotaKind.TYPE)
                        .warnings(Samples.tree(
                                "{META,'spec':{'hard':{'cpu':'2','limits.cpu':'1'}}}".replace("META", META))));
    }
}
