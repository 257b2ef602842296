package io.shiplog.events.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.placement.NodeOffer.Shortage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeOfferTest {
    private static final NodeOffer NODE = NodeOffer.of(tree("""
            {'metadata': {'labels': {'disk': 'ssd'}}, 'spec': {'taints': [{'key': 'k', 'effect': 'NoExecute'}]},
             'status': {'allocatable': {'cpu': '2', 'memory': '1Gi', 'pods': '3', 'example.com/gpu': '1'}}}"""));

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static NodeNeeds needs(String spec) {
        return NodeNeeds.of(tree(spec));
    }

    private static Resources cpu(long millis) {
        return new Resources(Map.of(Resources.CPU, millis));
    }

    @Test
    void requestsBeyondAllMeasureAddUpToTheMost() {
        Resources most =
                Resources.of(Json.of("{\"memory\":\"9223372036854775807\"}").tree());

        assertEquals(Long.MAX_VALUE, most.plus(most).of("memory"));
        assertEquals(Long.MIN_VALUE, Resources.NONE.minus(most).minus(most).of("memory"));
    }

    @Test
    void whatFitsExactlyLacksNothing() {
        assertEquals(List.of(), NODE.shortages(cpu(500), cpu(1500), 2));
    }

    @Test
    void podsComeFirstThenCpuAndMemoryThenOthersByName() {
        Resources asked = new Resources(
                Map.of("example.com/gpu", 2L, Resources.MEMORY, 2L << 30, Resources.CPU, 501L, "a.com/x", 1L));

        assertEquals(
                List.of(
                        new Shortage("pods", 1, 3, 3),
                        new Shortage("cpu", 501, 1500, 2000),
                        new Shortage("memory", 2L << 30, 0, 1L << 30),
                        new Shortage("a.com/x", 1, 0, 0),
                        new Shortage("example.com/gpu", 2, 0, 1)),
                NODE.shortages(asked, cpu(1500), 3));
    }

    @Test
    void aPodWithoutRequestsLacksNothingOnAnOverfullNode() {
        assertEquals(List.of(), NODE.shortages(Resources.NONE, cpu(9000), 2));
    }

    @Test
    void onlyARequestAboveTheCapacityNeverFits() {
        assertTrue(new Shortage("cpu", 2000, 1, 2000).fitsAlone());
        assertFalse(new Shortage("cpu", 2001, 0, 2000).fitsAlone());
    }

    @Test
    void sidecarsCountBesideTheContainersAndInitContainersOnlyWhileTheyRun() {
        NodeNeeds needs = needs("""
                {'initContainers': [
                   {'name': 's', 'restartPolicy': 'Always', 'resources': {'requests': {'cpu': '100m'}}},
                   {'name': 'i', 'resources': {'requests': {'cpu': '1'}}}],
                 'containers': [{'name': 'c', 'resources': {'requests': {'cpu': '300m', 'memory': '1Mi'}}}],
                 'overhead': {'cpu': '1m'}}""");

        assertEquals(new Resources(Map.of(Resources.CPU, 1101L, Resources.MEMORY, 1L << 20)), needs.requests());
    }

    @Test
    void selectorAndAffinityBothMustMatch() {
        String affinity = """
                'affinity': {'nodeAffinity': {'requiredDuringSchedulingIgnoredDuringExecution': {'nodeSelectorTerms': [
                  {'matchFields': [{'key': 'metadata.name', 'operator': 'In', 'values': ['node-1']}]}]}}}""";

        assertTrue(needs("{" + affinity + "}").chooses("node-1", NODE.labels()));
        assertFalse(needs("{" + affinity + "}").chooses("node-2", NODE.labels()));
        assertTrue(needs("{'nodeSelector': {'disk': 'ssd'}," + affinity + "}").chooses("node-1", NODE.labels()));
        assertFalse(needs("{'nodeSelector': {'disk': 'hdd'}," + affinity + "}").chooses("node-1", NODE.labels()));
    }

    @Test
    void portsCollideOnTheSameAddressOrOnAll() {
        NodeNeeds needs = needs("""
                {'containers': [{'ports': [{'containerPort': 1, 'hostPort': 80, 'hostIP': '10.0.0.1'}]}],
                 'initContainers': [{'ports': [{'containerPort': 2, 'hostPort': 81}]}]}""");

        assertTrue(needs.collides(Set.of(new HostPort("", 80, "TCP"))));
        assertTrue(needs.collides(Set.of(new HostPort("10.0.0.1", 80, "TCP"))));
        assertFalse(needs.collides(Set.of(new HostPort("10.0.0.2", 80, "TCP"))));
        assertFalse(needs.collides(Set.of(new HostPort("", 80, "UDP"))));
        assertFalse(needs.collides(Set.of(new HostPort("", 81, "TCP"))), "a port of an init container");
    }
}
