package io.shiplog.command.kind.core.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Service changes its type: what belongs to the old type goes by itself, as in kube-apiserver. */
public class ServiceTypesTest {
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final Actor USER = new Actor("jane", List.of());

    private final Kind strategy = new BuiltInKinds(ServiceNetwork.DEFAULT).of(SERVICES);
    private final FakeState state = new FakeState();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'selector':{'a':'b'} | SingleStack IPv4",
                "'clusterIP':'None','selector':{'a':'b'} | SingleStack IPv4",
                "'clusterIP':'None' | RequireDualStack IPv4 IPv6",
                "'clusterIP':'None','ipFamilies':['IPv6'] | RequireDualStack IPv6 IPv4",
                "'clusterIP':'None','ipFamilyPolicy':'SingleStack' | SingleStack IPv4",
                "'clusterIP':'None','ipFamilyPolicy':'PreferDualStack' | PreferDualStack IPv4 IPv6",
            })
    void a_headless_service_without_a_selector_may_have_endpoints_of_both_families(String spec, String families) {
        ObjectNode service = created(spec);
        assertEquals(List.of(), problems(service, service));
        assertEquals(families, families(service));
        assertEquals(families, families(patched(service, "'ports':[{'port':2}]")), "an update keeps them");
    }

    @Test
    void the_distribution_of_traffic_is_one_of_three() {
        ObjectNode near = created("'selector':{'a':'b'},'trafficDistribution':'PreferSameNode'");
        assertEquals(List.of(), problems(near, near));
        assertEquals(List.of(), strategy.warnings(near));
        ObjectNode close = created("'selector':{'a':'b'},'trafficDistribution':'PreferClose'");
        assertEquals(
                List.of("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""),
                strategy.warnings(close));
        ObjectNode far = created("'selector':{'a':'b'},'trafficDistribution':'Far'");
        assertEquals(
                List.of("spec.trafficDistribution: Unsupported value: \"Far\": supported values: \"PreferClose\","
                        + " \"PreferSameZone\", \"PreferSameNode\""),
                problems(far, far));
    }

    private static String families(ObjectNode service) {
        return Trees.text(service, "spec", "ipFamilyPolicy") + " "
                + String.join(" ", Trees.texts(service.path("spec").path("ipFamilies")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'type':'NodePort' | 'type':'ClusterIP' | clusterIP clusterIPs",
                "'type':'NodePort' | 'type':'ExternalName','externalName':'a.b' | ",
                "'type':'ClusterIP' | 'type':'ExternalName','externalName':'a.b' | ",
                "'type':'LoadBalancer','externalTrafficPolicy':'Local','loadBalancerClass':'a.io/b' |"
                        + " 'type':'ExternalName','externalName':'a.b' | ",
                "'type':'ClusterIP','clusterIP':'None' | 'type':'ExternalName','externalName':'a.b' | ",
                "'type':'ExternalName','externalName':'a.b' | 'type':'ClusterIP' | clusterIP clusterIPs",
                "'type':'ClusterIP' | 'type':'NodePort' | clusterIP clusterIPs externalTrafficPolicy nodePort",
                "'type':'LoadBalancer' | 'type':'NodePort' | clusterIP clusterIPs externalTrafficPolicy nodePort",
                "'type':'LoadBalancer','loadBalancerClass':'a.io/b','externalTrafficPolicy':'Local' | 'type':'NodePort'"
                        + " | clusterIP clusterIPs externalTrafficPolicy nodePort",
                "'type':'LoadBalancer','externalTrafficPolicy':'Local' | 'type':'ClusterIP' | clusterIP clusterIPs",
                "'type':'LoadBalancer','externalTrafficPolicy':'Local' | 'externalTrafficPolicy':'Cluster'"
                        + " | allocateLoadBalancerNodePorts clusterIP clusterIPs externalTrafficPolicy nodePort",
                "'type':'LoadBalancer' | 'externalTrafficPolicy':'Local'"
                        + " | allocateLoadBalancerNodePorts clusterIP clusterIPs externalTrafficPolicy healthCheckNodePort nodePort",
                "'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'port':1,'nodePort':30001}] |"
                        + " 'sessionAffinity':'ClientIP' | allocateLoadBalancerNodePorts clusterIP clusterIPs externalTrafficPolicy nodePort",
                "'externalIPs':['1.2.3.4'] | 'externalIPs':null | clusterIP clusterIPs",
                "'type':'NodePort','externalIPs':['1.2.3.4'] | 'type':'ClusterIP' | clusterIP clusterIPs externalTrafficPolicy",
            })
    void fields_of_the_old_type_go(String before, String patch, String left) {
        ObjectNode old = created(before);
        ObjectNode next = patched(old, patch);
        assertEquals(List.of(), problems(next, old));
        TreeSet<String> fields = new TreeSet<>();
        next.path("spec").fieldNames().forEachRemaining(fields::add);
        if (next.path("spec").path("ports").path(0).has("nodePort")) {
            fields.add("nodePort");
        }
        fields.retainAll(List.of(
                "allocateLoadBalancerNodePorts",
                "clusterIP",
                "clusterIPs",
                "externalTrafficPolicy",
                "healthCheckNodePort",
                "loadBalancerClass",
                "nodePort"));
        assertEquals(left == null ? "" : left, String.join(" ", fields));
    }

    /** What the client changed itself is no leftover: it is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'type':'NodePort' | 'type':'ClusterIP','externalTrafficPolicy':'Local' | spec.externalTrafficPolicy: Invalid value:"
                        + " \"Local\": may only be set for externally-accessible services",
                "'type':'NodePort' | 'type':'ClusterIP','ports':[{'port':80,'nodePort':31999}] | spec.ports[0].nodePort: Forbidden: may"
                        + " not be used when `type` is 'ClusterIP'",
                "'type':'ClusterIP' | 'type':'ExternalName','externalName':'a.b','ipFamilies':['IPv6'] | spec.ipFamilies: Forbidden:"
                        + " may not be set for ExternalName services & spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on"
                        + " this cluster",
                "'type':'LoadBalancer' | 'type':'NodePort','allocateLoadBalancerNodePorts':false | spec.allocateLoadBalancerNodePorts:"
                        + " Forbidden: may only be used when `type` is 'LoadBalancer'",
                "'type':'LoadBalancer','loadBalancerSourceRanges':['10.0.0.0/8'] | 'type':'NodePort' | spec.LoadBalancerSourceRanges:"
                        + " Forbidden: may only be used when `type` is 'LoadBalancer'",
                "'type':'LoadBalancer','loadBalancerClass':'a.io/b' | 'loadBalancerClass':'a.io/c' | spec.loadBalancerClass: Invalid"
                        + " value: \"a.io/c\": may not change once set",
                "'type':'LoadBalancer','externalTrafficPolicy':'Local' | 'healthCheckNodePort':31999 | spec.healthCheckNodePort:"
                        + " Forbidden: field is immutable",
                "'type':'LoadBalancer' | 'healthCheckNodePort':31999 | spec.healthCheckNodePort: Invalid value: 31999: may only be set"
                        + " when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
                "'type':'LoadBalancer' | 'loadBalancerSourceRanges':['x','10.0.0.0/33','fd00::/8'] | spec.LoadBalancerSourceRanges[0]:"
                        + " Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) &"
                        + " spec.LoadBalancerSourceRanges[1]: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value, (e.g."
                        + " 10.9.8.0/24 or 2001:db8::/64)",
                "'type':'ClusterIP' | 'clusterIP':'1.2.3.4' | spec.clusterIPs[0]: Invalid value: [\"1.2.3.4\"]: may not change once set",
                "'type':'NodePort' | 'clusterIP':'None' | spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for"
                        + " NodePort services & spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set",
            })
    void what_the_client_changed_is_refused(String before, String patch, String problems) {
        ObjectNode old = created(before);
        ObjectNode next = patched(old, patch);
        assertEquals(problems, String.join(" & ", problems(next, old)));
    }

    @Test
    void what_went_is_free_for_others() {
        String spec = "'type':'LoadBalancer','externalTrafficPolicy':'Local','healthCheckNodePort':31001,"
                + "'clusterIP':'10.96.0.77','ports':[{'port':80,'nodePort':31000}]";
        ObjectNode old = created(spec);
        state.with("services", old.toString());
        ObjectNode other = service("other", spec);
        assertNotNull(admit(other, null));

        ObjectNode next = patched(old, "'type':'ExternalName','externalName':'a.b'");
        state.with("services", next.toString());
        assertNull(admit(other, null));
    }

    /** A port keeps its node port by its name, whatever else of it changes; a client that names one for another port takes it. */
    @Test
    void a_port_is_known_by_its_name() {
        ObjectNode old = created("'type':'NodePort','ports':[{'name':'a','port':1,'nodePort':30001},"
                + "{'name':'b','port':2,'nodePort':30002}]");
        ObjectNode moved = patched(old, "'ports':[{'name':'b','port':3},{'name':'a','port':2,'protocol':'UDP'}]");
        assertEquals("30002 30001", nodePorts(moved));
        ObjectNode taken = patched(old, "'ports':[{'name':'c','port':9,'nodePort':30001},{'name':'b','port':2}]");
        assertEquals("30001 30002", nodePorts(taken));
    }

    @Test
    void a_status_of_a_load_balancer_goes_with_its_type() {
        ObjectNode old = created("'type':'LoadBalancer'");
        Trees.object(Trees.object(old, "status"), "loadBalancer")
                .putArray("ingress")
                .addObject()
                .put("ip", "1.2.3.4");
        assertEquals(
                1,
                patched(old, "'sessionAffinity':'None'")
                        .at("/status/loadBalancer/ingress")
                        .size());
        assertEquals(
                "{}",
                patched(old, "'type':'NodePort'").at("/status/loadBalancer").toString());
    }

    private static String nodePorts(ObjectNode service) {
        return service.at("/spec/ports/0/nodePort").asText() + " "
                + service.at("/spec/ports/1/nodePort").asText();
    }

    private ObjectNode service(String name, String spec) {
        String ports = spec.contains("'ports'") ? "" : ",'ports':[{'port':80}]";
        return Samples.defaulted(
                SERVICES, "{'metadata':{'name':'" + name + "','namespace':'default'},'spec':{" + spec + ports + "}}");
    }

    private ObjectNode created(String spec) {
        ObjectNode service = service("s", spec);
        strategy.prepareForCreate(service, state);
        assertNull(admit(service, null));
        return service;
    }

    /** The spec with some fields replaced, as a merge patch does. */
    private ObjectNode patched(ObjectNode old, String patch) {
        ObjectNode next = old.deepCopy();
        Json.of(("{" + patch + "}").replace('\'', '"')).tree().properties().forEach(field -> {
            if (field.getValue().isNull()) {
                Trees.object(next, "spec").remove(field.getKey());
            } else {
                Trees.object(next, "spec").set(field.getKey(), field.getValue());
            }
        });
        strategy.setDefaults(next);
        strategy.prepareForUpdate(next, old, state);
        return next;
    }

    private @org.jspecify.annotations.Nullable Refusal admit(
            ObjectNode service, @org.jspecify.annotations.Nullable ObjectNode old) {
        return strategy.admit(service, old, USER, state);
    }

    private List<String> problems(ObjectNode next, ObjectNode old) {
        assertNull(admit(next, old));
        FieldErrors errors = new FieldErrors();
        strategy.validate(next, errors);
        strategy.validateUpdate(next, old, errors);
        return Samples.messages(errors);
    }
}
