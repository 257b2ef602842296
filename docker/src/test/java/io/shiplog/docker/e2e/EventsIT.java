package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Kubernetes' Events, kept for ten seconds here, with real kubectl; and the events of the log, each validated against its
 * schema in docs/events.
 */
class EventsIT {
    private static final String STARTED = "Started container main";

    private static final ClusterUnderTest CLUSTER =
            new ClusterUnderTest(new ClusterSettings("happened", 18743, "10.235.0.0/16", "10.144.0.0/16"), 1);

    private static final PromisedSchemas PROMISED = new PromisedSchemas();

    @BeforeAll
    static void start() {
        CLUSTER.up("--event-ttl", "10s");
    }

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    @Test
    void whatGetEventsNoLongerShowsIsStillThereAtItsMoment() {
        Kubectl kubectl = Kubectl.inNewNamespace(CLUSTER, "shop");
        kubectl.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "1000"]}
                """);
        kubectl.await(events -> events.contains(STARTED), "get", "events");
        String then = Instant.now().toString();
        assertTrue(kubectl.run("describe", "pod", "web").contains(STARTED));

        kubectl.await(events -> !events.contains("pod/web"), "get", "events");

        assertTrue(kubectl.run("describe", "pod", "web").contains("Events:                      <none>"));
        Kubectl past = kubectl.withToken(CLUSTER.adminToken(), "/at/" + then);
        assertTrue(past.run("get", "events").contains(STARTED));
        assertTrue(past.run("events", "--for", "pod/web").contains(STARTED));
        assertTrue(past.run("describe", "pod", "web").contains(STARTED));
        assertTrue(CLUSTER.shiplog("get", "events", "-n", "shop", "--at", then)
                .orFail()
                .contains(STARTED));
    }

    @Test
    void everyEventOfTheLogFitsTheSchemaThatIsPromised() {
        Kubectl kubectl = Kubectl.inNewNamespace(CLUSTER, "told");
        kubectl.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "1000"]}
                """);
        kubectl.run("create", "secret", "generic", "key", "--from-literal=a=b");
        kubectl.run("expose", "deployment", "web", "--port=80");
        kubectl.run("rollout", "status", "deployment/web");
        kubectl.run("scale", "deployment/web", "--replicas=2");
        kubectl.run("label", "deployment/web", "a=b");
        kubectl.run("rollout", "status", "deployment/web");
        kubectl.run("delete", "deployment", "web", "--cascade=foreground");
        CLUSTER.kubectl("delete", "namespace", "told");

        TreeSet<String> types = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        for (String line : CLUSTER.shiplog("export").orFail().lines().toList()) {
            JsonNode event = Json.of(line).tree();
            if (event.has("keysof") || event.has("headof")) {
                continue; // wrapped keys of encrypted objects and signed heads go with an export, and are no events
            }
            types.add(event.path("type").asText());
            PROMISED.faults(event).forEach(fault -> faults.add(event.path("type") + " " + fault));
        }

        assertEquals(List.of(), faults);
        assertTrue(
                types.containsAll(List.of(
                        "io.shiplog.apps.deployment.scaled.v1",
                        "io.shiplog.core.pod.scheduled.v1",
                        "io.shiplog.core.secret.deleted.v1",
                        "io.shiplog.core.namespace.deletion-requested.v1",
                        "io.shiplog.core.node.ready.v1",
                        "io.shiplog.core.event.created.v1")),
                types.toString());
    }
}
