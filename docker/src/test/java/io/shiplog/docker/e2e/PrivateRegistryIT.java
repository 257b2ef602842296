package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Images from a registry that asks for name and password: pull policies, pull secrets, digests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateRegistryIT {
    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("registry", 18543, "10.237.0.0/16", "10.142.0.0/16"), 1);
    private PrivateRegistry registry;

    @BeforeAll
    void up() throws IOException {
        registry = new PrivateRegistry(18344);
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
        registry.close();
    }

    private Kubectl in(String namespace) {
        return Kubectl.inNewNamespace(cluster, namespace);
    }

    /** A secret that opens the registry, if the password is the right one. */
    private void secret(Kubectl kubectl, String name, String password) {
        kubectl.run(
                "create",
                "secret",
                "docker-registry",
                name,
                "--docker-server=" + registry.address(),
                "--docker-username=" + PrivateRegistry.USER,
                "--docker-password=" + password);
    }

    private static String pod(String name, String image, String policy, String secrets) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME}
                spec:
                  terminationGracePeriodSeconds: 0
                  imagePullSecrets: [SECRETS]
                  containers: [{name: main, image: "IMAGE", imagePullPolicy: POLICY}]
                """.replace("NAME", name)
                .replace("IMAGE", image)
                .replace("POLICY", policy)
                .replace("SECRETS", secrets);
    }

    private static void awaitWord(Kubectl kubectl, String pod, String word) {
        kubectl.await((word + "\n")::equals, "logs", pod);
    }

    private static String waiting(Kubectl kubectl, String pod) {
        return kubectl.field("pod/" + pod, ".status.containerStatuses[0].state.waiting.message");
    }

    private static void awaitWaiting(Kubectl kubectl, String pod, String reason) {
        kubectl.awaitField(reason, "pod/" + pod, ".status.containerStatuses[0].state.waiting.reason");
    }

    private static void awaitEvent(Kubectl kubectl, String pod, String text) {
        kubectl.await(events -> events.contains(text), "describe", "pod", pod);
    }

    @ConcurrentTest
    void withTheRightSecretAnImageIsPulledByTagAndByDigest() {
        Kubectl kubectl = in("right");
        String digest = registry.push("right/app:1", "hello");
        secret(kubectl, "key", PrivateRegistry.PASSWORD);

        kubectl.apply(pod("tag", registry.image("right/app:1"), "IfNotPresent", "{name: key}"));
        kubectl.apply(pod("digest", registry.image("right/app@" + digest), "IfNotPresent", "{name: key}"));

        awaitWord(kubectl, "tag", "hello");
        awaitWord(kubectl, "digest", "hello");
        awaitEvent(kubectl, "tag", "Successfully pulled image \"" + registry.image("right/app:1") + "\"");
        assertEquals(
                "docker-pullable://" + registry.image("right/app@" + digest),
                kubectl.field("pod/digest", ".status.containerStatuses[0].imageID"));
        kubectl.apply(pod("nowhere", registry.image("right/other:1"), "IfNotPresent", "{name: key}"));
        awaitWaiting(kubectl, "nowhere", "ErrImagePull");
        assertTrue(waiting(kubectl, "nowhere").contains("not found"), () -> waiting(kubectl, "nowhere"));
    }

    @ConcurrentTest
    void withoutTheRightSecretThePodWaitsUntilItComes() {
        Kubectl kubectl = in("wrong");
        registry.push("wrong/app:1", "hello");
        secret(kubectl, "key", "guessed");
        kubectl.apply(pod("wrong", registry.image("wrong/app:1"), "IfNotPresent", "{name: key}"));
        kubectl.apply(pod("none", registry.image("wrong/app:1"), "IfNotPresent", ""));
        kubectl.apply(pod("missing", registry.image("wrong/app:1"), "IfNotPresent", "{name: later}"));

        for (String pod : new String[] {"wrong", "none", "missing"}) {
            awaitWaiting(kubectl, pod, "ImagePullBackOff");
            assertTrue(
                    waiting(kubectl, pod).matches("(?s).*(unauthorized|no basic auth credentials).*"),
                    () -> waiting(kubectl, pod));
        }
        awaitEvent(kubectl, "missing", "Unable to retrieve some image pull secrets (later)");
        assertEquals("Pending", kubectl.field("pod/none", ".status.phase"));

        secret(kubectl, "later", PrivateRegistry.PASSWORD);
        awaitWord(kubectl, "missing", "hello");
    }

    @ConcurrentTest
    void aServiceAccountLendsItsSecretToItsPods() {
        Kubectl kubectl = in("account");
        registry.push("account/app:1", "hello");
        secret(kubectl, "key", PrivateRegistry.PASSWORD);
        kubectl.run("patch", "serviceaccount", "default", "-p", "{\"imagePullSecrets\":[{\"name\":\"key\"}]}");

        kubectl.apply(pod("app", registry.image("account/app:1"), "Always", ""));

        awaitWord(kubectl, "app", "hello");
        assertEquals("key", kubectl.field("pod/app", ".spec.imagePullSecrets[*].name"));
    }

    @ConcurrentTest
    void policiesDecideWhenThereIsAPull() {
        Kubectl kubectl = in("policies");
        String image = registry.image("policies/app:1");
        registry.push("policies/app:1", "old");
        secret(kubectl, "key", PrivateRegistry.PASSWORD);

        kubectl.apply(pod("never", image, "Never", "{name: key}"));
        awaitWaiting(kubectl, "never", "ErrImageNeverPull");
        kubectl.apply(pod("first", image, "IfNotPresent", "{name: key}"));
        awaitWord(kubectl, "first", "old");
        kubectl.run("delete", "pod", "never", "first");

        // The same tag now means another image, in the registry; here the old one has it still.
        cluster.host("docker", "tag", image, image + "-kept").orFail();
        registry.push("policies/app:1", "new");
        cluster.host("docker", "tag", image + "-kept", image).orFail();
        cluster.host("docker", "rmi", image + "-kept").orFail();
        kubectl.apply(pod("second", image, "IfNotPresent", "{name: key}"));
        awaitWord(kubectl, "second", "old");
        kubectl.apply(pod("never", image, "Never", "{name: key}"));
        awaitWord(kubectl, "never", "old");
        kubectl.apply(pod("third", image, "Always", "{name: key}"));
        awaitWord(kubectl, "third", "new");
        kubectl.apply(pod("fourth", image, "Always", ""));
        awaitWaiting(kubectl, "fourth", "ErrImagePull");
    }
}
