package io.shiplog.command.kind.core.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ServiceAddressesTest {
    private static final ResourceType SERVICES = ResourceType.core("services");
    private static final Actor USER = new Actor("jane", List.of());

    /** Six usable addresses, of which five are left to people, and three ports. */
    private static final ServiceNetwork SMALL = new ServiceNetwork("10.0.0.0/29", 30000, 30002);

    private final Kind strategy = new BuiltInKinds(SMALL).of(SERVICES);
    private final FakeState state = new FakeState();

    @Test
    void every_service_gets_an_address_of_its_own_until_the_range_is_full() {
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            ObjectNode service = create("s" + i, "'ports':[{'port':80}]");
            assertNull(admit(service, null));
            assertTrue(addresses.add(Trees.text(service, "spec", "clusterIP")), addresses::toString);
            state.with("services", service.toString());
        }
        assertEquals(Set.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"), addresses);
        Refusal full = Objects.requireNonNull(admit(create("s7", "'ports':[{'port':80}]"), null));
        assertEquals(Refusal.Reason.INVALID, full.reason());
        assertTrue(full.message().contains("failed to allocate an IP: range is full"), full.message());
    }

    @Test
    void an_address_that_was_given_back_is_not_given_away_at_once() {
        ObjectNode now = Samples.created(SERVICES, service("a", "'ports':[{'port':80}]"), new FakeState());
        ObjectNode later = Samples.created(
                SERVICES, service("a", "'ports':[{'port':80}]"), new FakeState().at(FakeState.NOW.plusMillis(1)));
        assertNotEquals(Trees.text(now, "spec", "clusterIP"), Trees.text(later, "spec", "clusterIP"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'clusterIP':'10.0.0.3','ports':[{'port':80}] | ",
                "'clusterIP':'None' | ",
                "'clusterIP':'10.0.0.2','ports':[{'port':80}] | spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: failed to allocate IP"
                        + " 10.0.0.2: provided IP is already allocated",
                "'clusterIP':'10.1.0.2','ports':[{'port':80}] | spec.clusterIPs: Invalid value: [\"10.1.0.2\"]: failed to allocate IP"
                        + " 10.1.0.2: the provided network does not match the current range",
                "'clusterIP':'10.0.0.7','ports':[{'port':80}] | spec.clusterIPs: Invalid value: [\"10.0.0.7\"]: failed to allocate IP"
                        + " 10.0.0.7: the provided IP (10.0.0.7) is not in the valid range. The range of valid IPs is 10.0.0.0/29",
                "'type':'NodePort','ports':[{'port':80,'nodePort':30001}] | ",
                "'type':'NodePort','ports':[{'port':80,'nodePort':30000}] | spec.ports[0].nodePort: Invalid value: 30000: provided"
                        + " port is already allocated",
                "'type':'NodePort','ports':[{'port':80,'nodePort':80}] | spec.ports[0].nodePort: Invalid value: 80: provided port is"
                        + " not in the valid range. The range of valid ports is 30000-30002",
            })
    void chosen_addresses_and_ports_must_be_free_and_in_range(String spec, String problem) {
        state.with(
                "services",
                service("taken", "'type':'NodePort','clusterIP':'10.0.0.2','ports':[{'port':1,'nodePort':30000}]"));
        Refusal refusal = admit(create("s", spec), null);
        if (problem == null) {
            assertNull(refusal);
        } else {
            assertEquals(
                    "Service \"s\" is invalid: " + problem,
                    Objects.requireNonNull(refusal).message());
        }
    }

    @Test
    void node_ports_are_given_without_collision() {
        state.with(
                "services",
                service("taken", "'type':'NodePort','clusterIP':'10.0.0.2','ports':[{'port':1,'nodePort':30001}]"));
        ObjectNode service = create("s", "'type':'NodePort','ports':[{'name':'a','port':80},{'name':'b','port':81}]");
        Set<Integer> ports = new HashSet<>();
        Trees.objects(service.path("spec"), "ports")
                .forEach(p -> ports.add(p.path("nodePort").asInt()));
        assertEquals(Set.of(30000, 30002), ports);
    }

    @Test
    void a_service_for_which_no_port_is_left_is_refused() {
        state.with("services", service("a", "'type':'NodePort','ports':[{'port':1,'nodePort':30000}]"));
        state.with(
                "services",
                service(
                        "b",
                        "'type':'LoadBalancer','healthCheckNodePort':30002,'ports':[{'port':1,'nodePort':30001}]"));
        assertEquals(
                "Service \"s\" is invalid: spec.ports[0].nodePort: Invalid value: 0: failed to allocate a nodePort: range is full",
                Objects.requireNonNull(admit(create("s", "'type':'NodePort','ports':[{'port':80}]"), null))
                        .message());
        ObjectNode local = create(
                "s",
                "'type':'LoadBalancer','externalTrafficPolicy':'Local','allocateLoadBalancerNodePorts':false,'ports':[{'port':80}]");
        assertEquals(
                "Service \"s\" is invalid: spec.healthCheckNodePort: Invalid value: 0: failed to allocate a nodePort: range is full",
                Objects.requireNonNull(admit(local, null)).message());
    }

    /** One pool: a load balancer's health checks and the node ports of others never share a port. */
    @Test
    void a_health_check_port_is_a_node_port() {
        String local = "'type':'LoadBalancer','externalTrafficPolicy':'Local','ports':[{'port':80,'nodePort':30000}]";
        ObjectNode given = create("s", local);
        assertNull(admit(given, null));
        assertTrue(List.of(30001, 30002)
                .contains(given.path("spec").path("healthCheckNodePort").asInt()));

        state.with("services", given.toString());
        ObjectNode same = create("t", local.replace("30000", "30001") + ",'healthCheckNodePort':30001");
        assertTrue(Objects.requireNonNull(admit(same, null)).message().contains("already allocated"));
        ObjectNode taken = create("t", local + ",'healthCheckNodePort':30000");
        assertEquals(
                2,
                Objects.requireNonNull(admit(taken, null)).causes().stream()
                        .map(c -> c.field())
                        .distinct()
                        .count());
        ObjectNode outside = create("t", local.replace("30000", "30001") + ",'healthCheckNodePort':80");
        assertTrue(Objects.requireNonNull(admit(outside, null)).message().contains("not in the valid range"));
    }

    @Test
    void an_update_keeps_address_and_ports_that_it_does_not_name() {
        ObjectNode old = create("s", "'type':'NodePort','ports':[{'port':80}]");
        state.with("services", old.toString());
        ObjectNode next =
                Samples.defaulted(SERVICES, service("s", "'type':'NodePort','ports':[{'port':80,'targetPort':8080}]"));
        strategy.prepareForUpdate(next, old, state);
        assertEquals(old.path("spec").path("clusterIP"), next.path("spec").path("clusterIP"));
        assertEquals(
                old.path("spec").path("ports").path(0).path("nodePort"),
                next.path("spec").path("ports").path(0).path("nodePort"));
        assertNull(admit(next, old));
    }

    @Test
    void a_service_that_no_longer_wants_node_ports_gives_them_back() {
        ObjectNode old = create("s", "'type':'NodePort','ports':[{'port':80}]");
        ObjectNode next = old.deepCopy();
        Trees.object(next, "spec").put("type", "ClusterIP");
        strategy.setDefaults(next);
        strategy.prepareForUpdate(next, old, state);
        assertTrue(next.path("spec").path("ports").path(0).path("nodePort").isMissingNode());
    }

    @Test
    void a_service_that_becomes_a_name_gives_its_address_back() {
        ObjectNode old = create("s", "'ports':[{'port':80}]");
        ObjectNode next = old.deepCopy();
        Trees.object(next, "spec").put("type", "ExternalName").put("externalName", "db.example");
        strategy.setDefaults(next);
        strategy.prepareForUpdate(next, old, state);
        assertTrue(next.path("spec").path("clusterIP").isMissingNode());
        assertNull(admit(next, old));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/31", "fd00::/108", "10.0.0/24", "x/8", "10.0.0.0/40"})
    void what_is_no_range_is_refused(String cidr) {
        assertThrows(IllegalArgumentException.class, () -> new ServiceNetwork(cidr, 30000, 32767));
    }

    @Test
    void ports_must_be_a_range() {
        assertThrows(IllegalArgumentException.class, () -> new ServiceNetwork("10.96.0.0/12", 40000, 30000));
    }

    private ObjectNode create(String name, String spec) {
        ObjectNode service = Samples.defaulted(SERVICES, service(name, spec));
        strategy.prepareForCreate(service, state);
        return service;
    }

    private @Nullable Refusal admit(ObjectNode service, @Nullable ObjectNode old) {
        return strategy.admit(service, old, USER, state);
    }

    private static String service(String name, String spec) {
        return "{'metadata':{'name':'" + name + "','namespace':'default'},'spec':{" + spec + "}}";
    }
}
