package io.shiplog.command.control.autoscale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.command.control.autoscale.ReplicaCount.Target;
import io.shiplog.command.control.autoscale.ReplicaCount.Tolerance;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of kube-controller-manager's replica calculator. Each pod is {@code usage}, or a word for what is wrong with it. */
class ReplicaCountTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Tolerance TEN_PERCENT = new Tolerance(0.1, 0.1);

    private final List<StoredObject> pods = new ArrayList<>();
    private final Map<String, Measured> measured = new HashMap<>();
    private Instant started = NOW.minus(Duration.ofHours(1));

    private void pod(String word, String request) {
        String name = "p" + pods.size();
        String phase = switch (word) {
            case "pending" -> "Pending";
            case "failed" -> "Failed";
            default -> "Running";
        };
        boolean unready = word.startsWith("unready");
        String requests = request.isEmpty() ? "{}" : "{\"cpu\":\"%s\",\"memory\":\"1Ki\"}".formatted(request);
        pods.add(new StoredObject(
                ObjectKey.of(ResourceType.core("pods"), "shop", name),
                1,
                Json.of("""
                        {"metadata":{"name":"%s"},"spec":{"containers":[{"name":"app","resources":{"requests":%s}},{"name":"side","resources":{"requests":{"cpu":"0","memory":"0"}}}]},
                        "status":{"phase":"%s","startTime":"%s","conditions":[{"type":"Ready","status":"%s","lastTransitionTime":"%s"}]}}""".formatted(name, requests, phase, started, unready ? "False" : "True", started)),
                new StoredObject.Extracted("u" + name, Map.of(), Map.of(), word.equals("deleting"), List.of()),
                ""));
        String digits = word.replaceAll("[^0-9]", "");
        if (!digits.isEmpty() || word.equals("deleting")) {
            measured.put(
                    name, new Measured(digits.isEmpty() ? 1000 : Long.parseLong(digits), NOW, Duration.ofSeconds(10)));
        }
    }

    private ReplicaCount count(String words, Target target) throws NoReplicaCountException {
        String[] each = words.split(" ");
        for (String word : each) {
            pod(word, "1");
        }
        return ReplicaCount.of(each.length, target, TEN_PERCENT, pods, measured, NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "300 500 700 | 30 | 5 | 50 | 500",
                "100 300 500 250 250 | 50 | 3 | 28 | 280",
                "400 500 700 | 50 | 3 | 53 | 533",
                "400 500 500 | 50 | 3 | 46 | 466",
                // The pods without a measurement use nothing when others ask for more …
                "missing 500 700 | 50 | 3 | 60 | 600",
                "missing 900 900 | 50 | 4 | 90 | 900",
                // … and all that they request when others ask for fewer.
                "missing 100 100 100 | 50 | 3 | 10 | 100",
                "missing 100 100 100 100 100 100 100 | 50 | 4 | 10 | 100",
                // Pending pods count only against an addition.
                "pending 300 500 700 | 30 | 5 | 50 | 500",
                "pending pending 400 | 50 | 1 | 40 | 400",
                "pending pending 900 | 50 | 3 | 90 | 900",
                // Neither do those that end.
                "deleting 100 100 | 50 | 1 | 10 | 100",
                "failed 500 700 | 30 | 4 | 60 | 600"
            })
    void utilizationGivesReplicas(String words, int target, int replicas, int utilization, long average)
            throws NoReplicaCountException {
        ReplicaCount count = count(words, new Target("cpu", "", target, 0));

        assertEquals(new ReplicaCount(replicas, utilization, average), count);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "300 500 700 | 300 | 5 | 500",
                "300 500 700 | 500 | 3 | 500",
                "missing 100 100 100 | 500 | 2 | 100",
                "missing 900 900 | 500 | 4 | 900"
            })
    void anAverageValueNeedsNoRequests(String words, long target, int replicas, long average)
            throws NoReplicaCountException {
        assertEquals(new ReplicaCount(replicas, null, average), count(words, new Target("cpu", "", null, target)));
    }

    /** What a pod does while it starts says nothing of its load: for CPU time, not for memory. */
    @ParameterizedTest
    @CsvSource({"cpu, PT1M, 1", "cpu, PT1H, 2", "memory, PT1M, 2"})
    void aPodThatHasNeverBeenReadyIsNotCountedByItsCpu(String resource, Duration age, int counted)
            throws NoReplicaCountException {
        started = NOW.minus(age);
        pod("100", "1");
        pod("unready100", "1");
        if (age.toMinutes() > 30) {
            pods.clear();
            measured.clear();
            pod("100", "1");
            pod("100", "1");
        }

        ReplicaCount count =
                ReplicaCount.of(2, new Target(resource, "", null, 100_000), TEN_PERCENT, pods, measured, NOW);

        assertEquals(1, count.replicas());
        assertEquals(counted, PodGroups.of(pods, measured, resource, NOW).ready());
    }

    @Test
    void aMeasurementFromBeforeAPodWasReadyIsNone() {
        started = NOW.minus(Duration.ofSeconds(5));
        pod("100", "1");

        assertEquals(0, PodGroups.of(pods, measured, "cpu", NOW).ready());
        assertEquals(1, PodGroups.of(pods, measured, "memory", NOW).ready());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing | 1 | '' | unable to get metrics for resource cpu: no metrics returned from resource metrics API",
                "pending missing | 1 | '' | unable to get metrics for resource cpu: no metrics returned from resource metrics API",
                "deleting | 1 | '' | did not receive metrics for targeted pods (pods might be unready)",
                "100 | '' | '' | missing request for cpu in container app of Pod p0",
                "100 | 1 | nope | container nope not found in Pod p0",
                "100 | 0 | '' | no metrics returned matched known pods"
            })
    void whatCannotBeComputedIsSaid(String words, String request, String container, String why) {
        for (String word : words.split(" ")) {
            pod(word, request);
        }

        NoReplicaCountException refused = assertThrows(
                NoReplicaCountException.class,
                () -> ReplicaCount.of(1, new Target("cpu", container, 50, 0), TEN_PERCENT, pods, measured, NOW));

        assertEquals(why, refused.getMessage());
    }
}
