package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Pods that try to get out of their volumes, or ask for what their node cannot give. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodsKeptInIT {
    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("keptin", 18263, "10.237.0.0/16", "10.140.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private static String container(String name, String mounts, String script) {
        return "{name: %s, image: busybox, imagePullPolicy: IfNotPresent, volumeMounts: [%s], command: [sh, -c, '%s']}"
                .formatted(name, mounts, script);
    }

    private static String pod(String name, String spec) {
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, %s}\n"
                .formatted(name, spec);
    }

    @ConcurrentTest
    void aContainerThatSwapsAFolderForALinkShowsNoOtherContainerTheMachine() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "race");
        String victim = "if [ -e /x/etc/hostname ]; then echo ESCAPED; else echo kept in; fi";
        String swapper =
                "mkdir /v/x; while :; do mv /v/x /v/z; ln -s / /v/x; usleep 20000; rm -f /v/x; mv /v/z /v/x; usleep 20000; done";
        kubectl.apply(pod(
                "race",
                "volumes: [{name: v, emptyDir: {}}], containers: ["
                        + container("swapper", "{name: v, mountPath: /v}", swapper) + ","
                        + container("b0", "{name: v, mountPath: /x, subPath: x}", victim) + ","
                        + container("b1", "{name: v, mountPath: /x, subPath: x}", victim) + ","
                        + container("b2", "{name: v, mountPath: /x, subPath: x}", victim) + "]"));

        for (String name : List.of("b0", "b1", "b2")) {
            kubectl.await(
                    count -> !count.isBlank() && Integer.parseInt(count) >= 2,
                    "get",
                    "pod",
                    "race",
                    "-o",
                    "jsonpath={.status.containerStatuses[?(@.name==\"" + name + "\")].restartCount}");
            assertEquals("kept in\n", kubectl.run("logs", "race", "-c", name, "--previous"));
        }
    }

    @ConcurrentTest
    void aSubPathThroughALinkMakesNothingOutsideItsVolume() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "linked");
        kubectl.apply(pod(
                "linked",
                "volumes: [{name: v, emptyDir: {}}], initContainers: ["
                        + container("link", "{name: v, mountPath: /v}", "ln -s /tmp /v/l") + "], containers: ["
                        + container("b", "{name: v, mountPath: /x, subPath: l/keptin-escaped/deeper}", "true") + "]"));

        kubectl.await(
                message -> message.contains("failed to prepare subPath for volumeMount \"v\" of container \"b\""),
                "get",
                "pod",
                "linked",
                "-o",
                "jsonpath={.status.containerStatuses[0].state.waiting.message}");
        assertFalse(Files.exists(Path.of("/tmp/keptin-escaped")));
    }

    @ConcurrentTest
    void whatANodeCannotGiveIsRefusedWithAReason() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "refused");
        kubectl.apply(pod(
                "sysctl",
                "securityContext: {sysctls: [{name: kernel.msgmax, value: \"1\"}]}, containers: ["
                        + container("c", "", "true") + "]"));
        kubectl.apply(pod("users", "hostUsers: false, containers: [" + container("c", "", "true") + "]"));

        kubectl.awaitField("SysctlForbidden", "pod/sysctl", ".status.reason");
        kubectl.awaitField(
                "hostUsers: false is not supported by this node",
                "pod/users",
                ".status.containerStatuses[0].state.waiting.message");
        String refused = kubectl.feedRefused(
                pod("runtime", "runtimeClassName: gvisor, containers: [" + container("c", "", "true") + "]"),
                "apply",
                "-f",
                "-");
        assertTrue(refused.contains("pod rejected: RuntimeClass \"gvisor\" not found"), refused);
    }

    /** What the API takes, as Kubernetes does, and only the node can refuse. */
    @ConcurrentTest
    void whatTheNodeFindsWrongIsInThePodsStatusOrItsEvents() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "wrong");
        String image = "containers: [{name: c, image: \"%s\", imagePullPolicy: IfNotPresent}]";
        kubectl.apply(pod("img-path", image.formatted("../containers/json")));
        kubectl.apply(pod("img-query", image.formatted("busybox?x=y")));
        kubectl.apply(pod("img-hash", image.formatted("busybox:1.36#x")));
        String secured =
                "containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [\"true\"], securityContext: {%s}}]";
        kubectl.apply(pod("capability", secured.formatted("capabilities: {add: [NOT_A_CAP]}")));
        kubectl.apply(pod("apparmor", secured.formatted("appArmorProfile: {type: Localhost, localhostProfile: nope}")));
        kubectl.apply(
                pod("seccomp", secured.formatted("seccompProfile: {type: Localhost, localhostProfile: nope.json}")));
        String token =
                "containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [\"true\"], volumeMounts: [{name: v, mountPath: /m}]}], volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: \"%s\"}}]}}]";
        kubectl.apply(pod("tok-dot", token.formatted(".")));
        kubectl.apply(pod("tok-nul", token.formatted("a\\0b")));
        kubectl.apply(
                pod(
                        "env-nul",
                        "restartPolicy: Never, containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [env], env: [{name: A, value: \"x\\0LD_PRELOAD=/x\"}]}]"));

        for (String name : List.of("img-path", "img-query", "img-hash")) {
            kubectl.awaitField("InvalidImageName", "pod/" + name, ".status.containerStatuses[0].state.waiting.reason");
        }
        kubectl.awaitField(
                "CreateContainerError", "pod/capability", ".status.containerStatuses[0].state.waiting.reason");
        kubectl.awaitField("AppArmor", "pod/apparmor", ".status.reason");
        kubectl.awaitField("CreateContainerError", "pod/seccomp", ".status.containerStatuses[0].state.waiting.reason");
        String profile = kubectl.field("pod/seccomp", ".status.containerStatuses[0].state.waiting.message");
        assertTrue(profile.startsWith("cannot load seccomp profile"), profile);
        for (String name : List.of("tok-dot", "tok-nul")) {
            kubectl.await(
                    events -> events.contains("must name a file below the volume"),
                    "get",
                    "events",
                    "--field-selector=reason=FailedMount,involvedObject.name=" + name);
        }
        kubectl.awaitField("Failed", "pod/env-nul", ".status.phase");
        assertEquals("", kubectl.run("logs", "env-nul"));
    }

    @ConcurrentTest
    void aSubPathOfAConfigMapIsItsFileAndALongLogLineComesWhole() {
        Kubectl kubectl = Kubectl.inNewNamespace(cluster, "whole");
        kubectl.run("create", "configmap", "cm", "--from-literal=k=text");
        kubectl.apply(pod(
                "whole",
                "restartPolicy: Never, securityContext: {runAsUser: 1000}, volumes: [{name: c, configMap: {name: cm, items: [{key: k, path: a/b}]}}], containers: ["
                        + container(
                                "c",
                                "{name: c, mountPath: /one, subPath: a/b}, {name: c, mountPath: /all}",
                                "cat /one /all/a/b; echo; head -c 40000 /dev/zero | tr \"\\\\0\" x; echo")
                        + "]"));

        kubectl.awaitField("Succeeded", "pod/whole", ".status.phase");
        List<String> lines = kubectl.run("logs", "whole").lines().toList();
        assertEquals("texttext", lines.getFirst());
        assertEquals(40_000, kubectl.run("logs", "whole", "--tail=1").strip().length());
        assertEquals(2, lines.size());
    }

    @ConcurrentTest
    void theHomeIsItsOwnersAlone() {
        String open = cluster.host(
                        "find",
                        cluster.home().toString(),
                        "-path",
                        cluster.home().resolve("nodes").toString(),
                        "-prune",
                        "-o",
                        "-perm",
                        "/077",
                        "-not",
                        "-type",
                        "l",
                        "-print")
                .orFail();

        assertEquals("", open);
    }
}
