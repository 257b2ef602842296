package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.process.ClientRelease;
import io.shiplog.events.json.Json;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * A chart with hooks through unmodified Helm 3.8 to 4.1: install, test, upgrade, an upgrade that fails and is rolled back, rollback,
 * uninstall. Each Helm has a namespace of its own of one cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmIT {
    private static final String RELEASE = "greeter";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("helm", 18703, "10.220.0.0/16", "10.151.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private static String namespace(ClientRelease release) {
        return "charts-" + release.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Shell.Result helm(ClientRelease release, String... arguments) {
        List<String> command = new ArrayList<>(List.of(release.helm().toString(), "--namespace", namespace(release)));
        command.addAll(List.of(arguments));
        return cluster.shell().run(ClusterUnderTest.LONG, null, command);
    }

    private static String chart() {
        try {
            return Path.of(Objects.requireNonNull(HelmIT.class.getResource("/chart"))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode json(ClientRelease release, String... arguments) {
        try {
            return Json.MAPPER.readTree(helm(release, arguments).orFail());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private String status(ClientRelease release) {
        return json(release, "status", RELEASE, "-o", "json").at("/info/status").asText();
    }

    private JsonNode last(ClientRelease release) {
        JsonNode history = json(release, "history", RELEASE, "-o", "json");
        return history.get(history.size() - 1);
    }

    @EachRelease
    void aChartWithHooksLivesThroughItsRevisions(ClientRelease release) {
        Kubectl kubectl = Kubectl.in(cluster, namespace(release));
        assertTrue(helm(release, "version", "--short").orFail().startsWith(release.helmVersion()));

        helm(release, "install", RELEASE, chart(), "--create-namespace", "--wait", "--timeout=120s")
                .orFail();
        assertEquals("deployed", status(release));
        assertEquals("2", kubectl.field("deployment/greeter", ".status.readyReplicas"));
        assertEquals(
                "pre-install", kubectl.run("logs", "job/greeter-pre-install").strip());
        String story = cluster.shiplog("log", "-n", namespace(release)).orFail();
        int hook = story.indexOf("job " + namespace(release) + "/greeter-pre-install");
        assertTrue(hook >= 0 && hook < story.indexOf("deployment " + namespace(release) + "/greeter"), story);

        helm(release, "test", RELEASE, "--timeout=120s").orFail();
        assertEquals("Succeeded", kubectl.field("pod/greeter-test", ".status.phase"));

        upgrade(release, "--set=greeting=good evening", "--timeout=120s").orFail();
        assertEquals("good evening", kubectl.field("configmap/greeter", ".data.greeting"));
        assertEquals(
                "post-upgrade", kubectl.run("logs", "job/greeter-post-upgrade").strip());

        String undo = release == ClientRelease.V1_35 ? "--rollback-on-failure" : "--atomic";
        Shell.Result failed =
                upgrade(release, "--set=greeting=lost,image=registry.invalid/none:1", undo, "--timeout=10s");
        assertNotEquals(0, failed.exitCode());
        assertEquals("good evening", kubectl.field("configmap/greeter", ".data.greeting"));
        assertEquals("deployed", last(release).path("status").asText());
        assertEquals("Rollback to 2", last(release).path("description").asText());

        helm(release, "rollback", RELEASE, "1", "--wait", "--timeout=120s").orFail();
        assertEquals("hello", kubectl.field("configmap/greeter", ".data.greeting"));
        assertEquals("Rollback to 1", last(release).path("description").asText());
        kubectl.run("rollout", "status", "deployment/greeter", "--timeout=90s");

        helm(release, "uninstall", RELEASE, "--timeout=120s").orFail();
        assertEquals(
                "post-delete", kubectl.run("logs", "job/greeter-post-delete").strip());
        kubectl.run("wait", "deployment,service,configmap", "greeter", "--for=delete", "--timeout=60s");
        assertEquals("", kubectl.run("get", "secrets", "-l", "owner=helm", "-o", "name"));
    }

    private Shell.Result upgrade(ClientRelease release, String... more) {
        List<String> arguments = new ArrayList<>(List.of("upgrade", RELEASE, chart(), "--reuse-values", "--wait"));
        arguments.addAll(List.of(more));
        return helm(release, arguments.toArray(String[]::new));
    }

    @EachRelease
    void whatTheClusterRefusesFailsTheInstall(ClientRelease release) {
        Shell.Result invalid =
                helm(release, "install", "refused", chart(), "--create-namespace", "--no-hooks", "--set=replicas=-1");

        assertNotEquals(0, invalid.exitCode());
        assertTrue(invalid.err().contains("must be greater than or equal to 0"), invalid::err);
        assertEquals(
                "failed",
                json(release, "status", "refused", "-o", "json")
                        .at("/info/status")
                        .asText());
        helm(release, "uninstall", "refused", "--no-hooks").orFail();
    }
}
