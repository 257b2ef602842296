package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kubernetes' Events of a cluster that shows them for ten seconds only, with real kubectl. */
class EventsIT {
    private static final String STARTED = "Started container main";

    private static final ClusterUnderTest CLUSTER =
            new ClusterUnderTest(new ClusterSettings("happened", 18743, "10.235.0.0/16", "10.144.0.0/16"), 1);

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
}
