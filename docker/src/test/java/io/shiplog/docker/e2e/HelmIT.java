package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.ReleaseHistory;
import com.marcnuri.helm.UpgradeCommand;
import io.shiplog.docker.home.ClusterSettings;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A chart with hooks through unmodified Helm: install, test, upgrade, an upgrade that fails and is rolled back, uninstall. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HelmIT {
    private static final String NAMESPACE = "charts";
    private static final String RELEASE = "greeter";
    private static final int WAIT_SECONDS = 120;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("helm", 18703, "10.220.0.0/16", "10.151.0.0/16"), 1);

    private Helm chart = new Helm(Path.of("."));

    @BeforeAll
    void up() throws URISyntaxException {
        cluster.up();
        chart = new Helm(Path.of(
                Objects.requireNonNull(HelmIT.class.getResource("/chart")).toURI()));
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Path kubeconfig() {
        return cluster.home().resolve("user-kubeconfig");
    }

    private Kubectl kubectl() {
        return Kubectl.in(cluster, NAMESPACE);
    }

    private UpgradeCommand upgrade() {
        return chart.upgrade()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig())
                .reuseValues()
                .waitReady();
    }

    @Test
    @Order(1)
    void anInstallRunsItsHookFirstAndWaitsForThePods() {
        Release release = chart.install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .createNamespace()
                .withKubeConfig(kubeconfig())
                .waitReady()
                .withTimeout(WAIT_SECONDS)
                .call();

        assertEquals("deployed", release.getStatus());
        assertEquals("2", kubectl().field("deployment/greeter", ".status.readyReplicas"));
        assertEquals(
                "pre-install", kubectl().run("logs", "job/greeter-pre-install").strip());
        String story = cluster.shiplog("log", "-n", NAMESPACE).orFail();
        int hook = story.indexOf("job charts/greeter-pre-install");
        assertTrue(hook >= 0 && hook < story.indexOf("deployment charts/greeter"), story);
    }

    @Test
    @Order(2)
    void theChartsTestPodRuns() {
        Release tested = Helm.test(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig())
                .withTimeout(WAIT_SECONDS)
                .call();

        assertEquals("deployed", tested.getStatus());
        assertEquals("Succeeded", kubectl().field("pod/greeter-test", ".status.phase"));
    }

    @Test
    @Order(3)
    void anUpgradeChangesWhatDiffersAndRunsItsHook() {
        Release release = upgrade()
                .set("greeting", "good evening")
                .withTimeout(WAIT_SECONDS)
                .call();

        assertEquals("deployed", release.getStatus());
        assertEquals("2", release.getRevision());
        assertEquals("good evening", kubectl().field("configmap/greeter", ".data.greeting"));
        assertEquals(
                "post-upgrade",
                kubectl().run("logs", "job/greeter-post-upgrade").strip());
    }

    @Test
    @Order(4)
    void anUpgradeThatFailsIsRolledBack() {
        UpgradeCommand broken = upgrade()
                .set("greeting", "lost")
                .set("image", "registry.invalid/none:1")
                .atomic()
                .withTimeout(10);

        IllegalStateException failure = assertThrows(IllegalStateException.class, broken::call);

        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains("rolled back"), message);
        assertEquals("good evening", kubectl().field("configmap/greeter", ".data.greeting"));
        ReleaseHistory last = Helm.history(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig())
                .call()
                .getLast();
        assertEquals("deployed", last.getStatus());
        assertEquals("Rollback to 2", last.getDescription());
        kubectl().run("rollout", "status", "deployment/greeter", "--timeout=90s");
    }

    @Test
    @Order(5)
    void anUninstallLeavesWhatTheHooksMade() {
        Helm.uninstall(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig())
                .call();

        assertEquals(
                "post-delete", kubectl().run("logs", "job/greeter-post-delete").strip());
        kubectl().run("wait", "deployment,service,configmap", "greeter", "--for=delete", "--timeout=60s");
        assertEquals("", kubectl().run("get", "secrets", "-l", "owner=helm", "-o", "name"));
    }
}
