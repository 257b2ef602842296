package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a pod's specification says, done to real containers and seen through kubectl. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodLifeIT {
    private static final String SLEEP = "command: [sleep, '1000']";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("podlife", 18243, "10.238.0.0/16", "10.141.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Kubectl in(String namespace) {
        return Kubectl.inNewNamespace(cluster, namespace);
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no '" + part + "' in:\n" + text);
        }
    }

    /** A pod of one container called main; both parts are fields in YAML's flow style. */
    private static String pod(String name, String spec, String container) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME, labels: {app: NAME}}
                spec: {terminationGracePeriodSeconds: 0, SPEC containers: [
                  {name: main, image: busybox, imagePullPolicy: IfNotPresent, CONTAINER}]}
                ---
                """.replace("NAME", name)
                .replace("SPEC", spec.isEmpty() ? "" : spec + ",")
                .replace("CONTAINER", container);
    }

    private static String shell(String script) {
        return "command: [sh, -c, '" + script + "']";
    }

    /** The word under STATUS that kubectl shows. */
    private static void awaitStatus(Kubectl kubectl, String pod, String status) {
        kubectl.await(
                line -> line.split("\\s+").length > 2 && line.split("\\s+")[2].equals(status),
                "get",
                "pod",
                pod,
                "--no-headers");
    }

    private static void awaitPhase(Kubectl kubectl, String pod, String phase) {
        kubectl.awaitField(phase, "pod/" + pod, ".status.phase");
    }

    /** Runs a command in a pod's container main, as kubectl exec will. */
    private void inside(Kubectl kubectl, String pod, String... command) {
        String id = kubectl.field("pod/" + pod, ".status.containerStatuses[?(@.name==\"main\")].containerID")
                .replace("docker://", "");
        cluster.host(Stream.concat(Stream.of("docker", "exec", id), Stream.of(command))
                        .toArray(String[]::new))
                .orFail();
    }

    private static void awaitEvent(Kubectl kubectl, String pod, String message) {
        kubectl.await(
                text -> text.contains(message),
                "get",
                "events",
                "--field-selector",
                "involvedObject.name=" + pod,
                "-o",
                "jsonpath={range .items[*]}{.reason}: {.message}{\"\\n\"}{end}");
    }

    @ConcurrentTest
    void theEnvironmentComesFromEverywhere() {
        Kubectl kubectl = in("environment");
        kubectl.run("create", "configmap", "conf", "--from-literal=colour=blue", "--from-literal=SIZE=big");
        kubectl.run("create", "secret", "generic", "sec", "--from-literal=password=geheim");
        kubectl.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: env, labels: {a.b/c: d}, annotations: {note: said}}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c]
                    args: ['env; echo "args=$0|$1"', '$(A)-$(NOPE)-$$(A)', '$(B)']
                    resources: {limits: {cpu: 250m, memory: 64Mi}, requests: {memory: 32Mi}}
                    envFrom:
                    - {configMapRef: {name: conf}}
                    - {secretRef: {name: sec}, prefix: S_}
                    - {configMapRef: {name: nowhere, optional: true}}
                    env:
                    - {name: A, value: "1"}
                    - {name: B, value: "$(A)2 $$(A) $(LATER)"}
                    - {name: LATER, value: "late"}
                    - {name: SIZE, value: small}
                    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: SPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                    - {name: LABEL, valueFrom: {fieldRef: {fieldPath: "metadata.labels['a.b/c']"}}}
                    - {name: NOTE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['note']"}}}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
                    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                    - {name: MILLIS, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
                    - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: requests.memory, divisor: 1Mi}}}
                    - {name: COLOUR, valueFrom: {configMapKeyRef: {name: conf, key: colour}}}
                    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: sec, key: password}}}
                    - {name: ABSENT, valueFrom: {secretKeyRef: {name: sec, key: nothing, optional: true}}}
                    - {name: BOTH, value: "$(PASSWORD)$(COLOUR)"}
                """);
        awaitPhase(kubectl, "env", "Succeeded");

        List<String> env = kubectl.run("logs", "env").lines().toList();

        for (String line : List.of(
                "args=1-$(NOPE)-$(A)|12 $(A) $(LATER)",
                "A=1",
                "B=12 $(A) $(LATER)",
                "SIZE=small",
                "colour=blue",
                "S_password=geheim",
                "POD=env",
                "SPACE=environment",
                "LABEL=d",
                "NOTE=said",
                "NODE=node-1",
                "ACCOUNT=default",
                "IP=" + kubectl.field("pod/env", ".status.podIP"),
                "CPU=1",
                "MILLIS=250",
                "MEMORY=32",
                "COLOUR=blue",
                "PASSWORD=geheim",
                "BOTH=geheimblue",
                "HOSTNAME=env",
                "KUBERNETES_SERVICE_PORT=443")) {
            assertTrue(env.contains(line), () -> "no " + line + " in " + env);
        }
        assertTrue(env.stream().noneMatch(line -> line.startsWith("ABSENT=")), env::toString);
    }

    @ConcurrentTest
    void volumesHoldWhatIsSaidAndFollowIt(@TempDir Path host) throws IOException {
        Kubectl kubectl = in("volumes");
        Files.writeString(host.resolve("greeting"), "from the host\n");
        kubectl.run("create", "configmap", "conf", "--from-literal=colour=blue", "--from-literal=other=x");
        kubectl.run("create", "secret", "generic", "sec", "--from-literal=password=geheim");
        kubectl.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: vol, labels: {app: vol}}
                spec:
                  terminationGracePeriodSeconds: 0
                  initContainers:
                  - {name: first, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo first >> /data/order"], volumeMounts: [{name: data, mountPath: /data}]}
                  - {name: second, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo second >> /data/order"], volumeMounts: [{name: data, mountPath: /data}]}
                  containers:
                  - name: main
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command:
                    - sh
                    - -c
                    - |
                      exec 2>&1
                      echo third >> /data/order
                      cat /host/greeting; echo back > /host/answer
                      echo x > /conf/colour || echo conf is read-only
                      echo x > /sec/x || echo sec is read-only
                      stat -L -c '%a' /sec/deep/pw /conf/other
                      cat /sec/deep/pw; echo
                      cat /down/labels /down/cpu; echo
                      cat /proj/a/colour /proj/b/pw /proj/c/name; echo
                      ls /conf
                      mount | grep -c ' /mem type tmpfs'
                      while :; do echo now $(cat /conf/colour /proj/a/colour /single) ; sleep 0.5; done
                    resources: {limits: {cpu: 250m}}
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: conf, mountPath: /conf}
                    - {name: conf, mountPath: /single, subPath: colour}
                    - {name: sec, mountPath: /sec}
                    - {name: down, mountPath: /down}
                    - {name: proj, mountPath: /proj}
                    - {name: host, mountPath: /host}
                    - {name: mem, mountPath: /mem}
                  - name: reader
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, "until grep -q third /shared/order; do sleep 0.1; done; cat /shared/order; echo x > /shared/x || echo no; sleep 1000"]
                    volumeMounts: [{name: data, mountPath: /shared, readOnly: true}]
                  volumes:
                  - {name: data, emptyDir: {}}
                  - {name: mem, emptyDir: {medium: Memory, sizeLimit: 16Mi}}
                  - {name: conf, configMap: {name: conf, defaultMode: 288}}
                  - {name: sec, secret: {secretName: sec, items: [{key: password, path: deep/pw, mode: 256}]}}
                  - name: down
                    downwardAPI:
                      items:
                      - {path: labels, fieldRef: {fieldPath: metadata.labels}}
                      - {path: cpu, resourceFieldRef: {containerName: main, resource: limits.cpu, divisor: 1m}}
                  - name: proj
                    projected:
                      sources:
                      - {configMap: {name: conf, items: [{key: colour, path: a/colour}]}}
                      - {secret: {name: sec, items: [{key: password, path: b/pw}]}}
                      - {downwardAPI: {items: [{path: c/name, fieldRef: {fieldPath: metadata.name}}]}}
                  - {name: host, hostPath: {path: HOST, type: Directory}}
                """.replace("HOST", host.toString()));
        kubectl.run("wait", "--for=condition=Ready", "pod/vol", "--timeout=110s");

        String said = kubectl.await(text -> text.contains("now blueblue"), "logs", "vol", "-c", "main");
        assertContains(
                said,
                "from the host\n",
                "conf is read-only\n",
                "sec is read-only\n",
                "400\n440\ngeheim\n",
                "app=\"vol\"",
                "250\n",
                "bluegeheimvol\n",
                "colour\nother\n",
                "\n1\nnow ");
        assertEquals("back\n", Files.readString(host.resolve("answer")));
        String shared = kubectl.await(text -> text.contains("no\n"), "logs", "vol", "-c", "reader");
        assertContains(shared, "first\nsecond\nthird\n");

        kubectl.run("patch", "configmap", "conf", "-p", "{\"data\":{\"colour\":\"red\"}}");
        // A file mounted by subPath stays as it was: so it is with Kubernetes.
        kubectl.await(text -> text.contains("now redredblue"), "logs", "vol", "-c", "main", "--tail=1");
        assertContains(
                kubectl.run("describe", "pod", "vol"),
                "/single from conf (rw,path=\"colour\")",
                "HostPathType:  Directory");
    }

    @ConcurrentTest
    void readinessDecidesOnEndpointsAndRestartsNothing() {
        Kubectl kubectl = in("readiness");
        kubectl.apply(pod(
                        "web",
                        "",
                        "readinessProbe: {httpGet: {path: /ready, port: 80}, periodSeconds: 1, failureThreshold: 1}")
                .replace("image: busybox", "image: nginx"));
        kubectl.apply(pod("deaf", "", SLEEP + ", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}"));
        kubectl.run("expose", "pod", "web", "--port=80");
        awaitStatus(kubectl, "web", "Running");
        awaitEvent(kubectl, "web", "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404");
        assertContains(kubectl.run("get", "pod", "web"), "0/1");
        assertEquals("", kubectl.field("endpoints/web", ".subsets[*].addresses"));

        inside(kubectl, "web", "touch", "/usr/share/nginx/html/ready");
        kubectl.run("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
        kubectl.awaitField(kubectl.field("pod/web", ".status.podIP"), "endpoints/web", ".subsets[0].addresses[0].ip");

        inside(kubectl, "web", "rm", "/usr/share/nginx/html/ready");
        kubectl.awaitField("", "endpoints/web", ".subsets[*].addresses");
        assertContains(kubectl.run("get", "pod", "web"), "0/1", "Running", " 0 ");
        awaitEvent(kubectl, "deaf", "Unhealthy: Readiness probe failed: dial tcp 10.238.");
    }

    @ConcurrentTest
    void livenessRestartsOnceTheStartupProbeHasPassed() {
        Kubectl kubectl = in("liveness");
        kubectl.apply(pod(
                "app",
                "",
                SLEEP
                        + ", startupProbe: {exec: {command: [cat, /started]}, periodSeconds: 1, failureThreshold: 100}"
                        + ", livenessProbe: {exec: {command: [cat, /live]}, periodSeconds: 1, failureThreshold: 1}"));
        awaitEvent(kubectl, "app", "Unhealthy: Startup probe failed: cat: can't open '/started'");
        assertEquals(
                "false 0",
                kubectl.run(
                        "get",
                        "pod",
                        "app",
                        "-o",
                        "jsonpath={.status.containerStatuses[0].started} {.status.containerStatuses[0].restartCount}"));

        inside(kubectl, "app", "touch", "/started");

        kubectl.awaitField("1", "pod/app", ".status.containerStatuses[0].restartCount");
        awaitEvent(kubectl, "app", "Killing: Container main failed liveness probe, will be restarted");
        assertContains(kubectl.run("describe", "pod", "app"), "Liveness:", "exec [cat /live]", "Exit Code:    137");

        kubectl.apply(pod(
                        "web",
                        "",
                        "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 1},"
                                + "startupProbe: {httpGet: {port: 80}, periodSeconds: 1}")
                .replace("image: busybox", "image: nginx"));
        kubectl.run("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
        assertEquals("0", kubectl.field("pod/web", ".status.containerStatuses[0].restartCount"));
    }

    @ConcurrentTest
    void crashesAreRestartedLaterAndLater() {
        Kubectl kubectl = in("crashes");
        kubectl.apply(pod("crash", "", shell("echo run; exit 7")));

        kubectl.awaitField("CrashLoopBackOff", "pod/crash", ".status.containerStatuses[0].state.waiting.reason");

        assertEquals("7", kubectl.field("pod/crash", ".status.containerStatuses[0].lastState.terminated.exitCode"));
        assertContains(
                kubectl.field("pod/crash", ".status.containerStatuses[0].state.waiting.message"),
                "restarting failed container=main pod=crash_crashes(");
        assertEquals("Running", kubectl.field("pod/crash", ".status.phase"));
        awaitStatus(kubectl, "crash", "CrashLoopBackOff");
        awaitEvent(kubectl, "crash", "BackOff: Back-off restarting failed container main in pod crash_crashes(");
        assertEquals("run\n", kubectl.run("logs", "crash", "--previous"));
    }

    @ConcurrentTest
    void podsThatEndTellHow() {
        Kubectl kubectl = in("ends");
        kubectl.apply(pod("well", "restartPolicy: Never", shell("exit 0")));
        kubectl.apply(pod("badly", "restartPolicy: Never", shell("echo -n why > /dev/termination-log; exit 5")));
        kubectl.apply(pod(
                "words",
                "restartPolicy: Never",
                shell("echo last words; exit 5") + ", terminationMessagePolicy: FallbackToLogsOnError"));
        kubectl.apply(pod(
                "retry",
                "restartPolicy: OnFailure, volumes: [{name: d, emptyDir: {}}]",
                shell("if [ -f /d/x ]; then exit 0; fi; touch /d/x; exit 4")
                        + ", volumeMounts: [{name: d, mountPath: /d}]"));
        kubectl.apply(pod("late", "restartPolicy: Never, activeDeadlineSeconds: 2", SLEEP));
        kubectl.apply(pod("nothing", "restartPolicy: Never", "command: [/no/such/program]"));
        kubectl.apply(pod(
                "init",
                "restartPolicy: Never, initContainers: [{name: one, image: busybox, imagePullPolicy: IfNotPresent, command: ['false']}]",
                SLEEP));

        awaitPhase(kubectl, "well", "Succeeded");
        awaitStatus(kubectl, "well", "Completed");
        awaitPhase(kubectl, "badly", "Failed");
        awaitStatus(kubectl, "badly", "Error");
        assertEquals(
                "5 why",
                kubectl.run(
                        "get",
                        "pod",
                        "badly",
                        "-o",
                        "jsonpath={.status.containerStatuses[0].state.terminated.exitCode} {.status.containerStatuses[0].state.terminated.message}"));
        awaitPhase(kubectl, "words", "Failed");
        assertEquals(
                "last words\n", kubectl.field("pod/words", ".status.containerStatuses[0].state.terminated.message"));
        awaitPhase(kubectl, "retry", "Succeeded");
        assertEquals("1", kubectl.field("pod/retry", ".status.containerStatuses[0].restartCount"));
        awaitPhase(kubectl, "late", "Failed");
        assertEquals("DeadlineExceeded", kubectl.field("pod/late", ".status.reason"));
        awaitPhase(kubectl, "nothing", "Failed");
        awaitStatus(kubectl, "nothing", "StartError");
        awaitPhase(kubectl, "init", "Failed");
        awaitStatus(kubectl, "init", "Init:Error");
        assertContains(
                kubectl.run("get", "pods", "--field-selector", "status.phase=Failed", "-o", "name"),
                "pod/badly",
                "pod/init");
    }

    @ConcurrentTest
    void imagesThatCannotBeHadAreToldInTheStatus() {
        Kubectl kubectl = in("images");
        kubectl.apply(pod("far", "", SLEEP).replace("image: busybox", "image: \"127.0.0.1:1/far/away:1\""));
        kubectl.apply(pod("never", "", SLEEP)
                .replace("image: busybox, imagePullPolicy: IfNotPresent", "image: far/away, imagePullPolicy: Never"));
        kubectl.apply(pod("wrong", "", SLEEP).replace("image: busybox", "image: Far/Away"));

        awaitStatus(kubectl, "never", "ErrImageNeverPull");
        awaitStatus(kubectl, "wrong", "InvalidImageName");
        awaitStatus(kubectl, "far", "ErrImagePull");
        awaitStatus(kubectl, "far", "ImagePullBackOff");
        awaitEvent(kubectl, "far", "Failed: Failed to pull image \"127.0.0.1:1/far/away:1\": ");
        awaitEvent(kubectl, "far", "BackOff: Back-off pulling image \"127.0.0.1:1/far/away:1\"");
        assertEquals("Pending", kubectl.field("pod/far", ".status.phase"));
    }

    @ConcurrentTest
    void whatAPodRefersToMayComeLater() {
        Kubectl kubectl = in("later");
        kubectl.apply(pod("env", "", SLEEP + ", env: [{name: A, valueFrom: {configMapKeyRef: {name: conf, key: a}}}]"));
        kubectl.apply(pod(
                "vol",
                "volumes: [{name: v, secret: {secretName: sec}}]",
                SLEEP + ", volumeMounts: [{name: v, mountPath: /v}]"));
        awaitStatus(kubectl, "env", "CreateContainerConfigError");
        assertEquals(
                "configmap \"conf\" not found",
                kubectl.field("pod/env", ".status.containerStatuses[0].state.waiting.message"));
        awaitEvent(kubectl, "vol", "FailedMount: MountVolume.SetUp failed for volume \"v\" : secret \"sec\" not found");
        assertContains(kubectl.run("get", "pod", "vol"), "ContainerCreating");

        kubectl.run("create", "configmap", "conf", "--from-literal=b=1");
        kubectl.awaitField(
                "couldn't find key a in ConfigMap later/conf",
                "pod/env",
                ".status.containerStatuses[0].state.waiting.message");
        kubectl.run("patch", "configmap", "conf", "-p", "{\"data\":{\"a\":\"1\"}}");
        kubectl.run("create", "secret", "generic", "sec", "--from-literal=a=1");

        kubectl.run("wait", "--for=condition=Ready", "pod/env", "pod/vol", "--timeout=110s");
    }

    @ConcurrentTest
    void aPodIsToldBeforeItIsKilled(@TempDir Path host) throws IOException {
        Kubectl kubectl = in("endings");
        String volumes = "volumes: [{name: h, hostPath: {path: " + host + "}}]";
        String mount = ", volumeMounts: [{name: h, mountPath: /h}]";
        kubectl.apply(pod(
                        "polite",
                        volumes,
                        shell(
                                        "trap \"echo term >> /h/polite; exit 0\" TERM; touch /h/ready; while :; do sleep 0.1; done")
                                + mount
                                + ", lifecycle: {postStart: {exec: {command: [sh, -c, echo post >> /h/polite]}}, preStop: {exec: {command: [sh, -c, echo pre >> /h/polite]}}}")
                .replace("terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds: 60"));
        kubectl.apply(pod(
                        "deaf",
                        volumes,
                        shell("trap \"echo heard >> /h/deaf\" TERM; touch /h/listens; while :; do sleep 0.1; done")
                                + mount)
                .replace("terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds: 1"));
        kubectl.run("wait", "--for=condition=Ready", "pod/polite", "pod/deaf", "--timeout=110s");
        cluster.await(
                "both listen",
                ClusterUnderTest.LONG,
                () -> cluster.host("ls", host.toString()).out(),
                list -> list.contains("ready") && list.contains("listens"));

        kubectl.run("delete", "pod", "polite", "deaf");

        assertEquals("post\npre\nterm\n", Files.readString(host.resolve("polite")));
        assertEquals("heard\n", Files.readString(host.resolve("deaf")));
        assertEquals("", containers(kubectl));

        kubectl.apply(pod("forced", volumes, shell("trap true TERM; while :; do sleep 0.1; done"))
                .replace("terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds: 600"));
        kubectl.run("wait", "--for=condition=Ready", "pod/forced", "--timeout=110s");
        kubectl.run("delete", "pod", "forced", "--grace-period=0", "--force");
        cluster.await("its containers gone", ClusterUnderTest.LONG, () -> containers(kubectl), String::isEmpty);
    }

    /** The names of the containers of a namespace's pods. */
    private String containers(Kubectl kubectl) {
        return cluster.host(
                        "docker",
                        "ps",
                        "-a",
                        "--format",
                        "{{.Names}}",
                        "--filter",
                        "name=_" + kubectl.namespace() + "_",
                        "--filter",
                        "label=io.shiplog.cluster=podlife")
                .orFail();
    }

    @ConcurrentTest
    void resourcesBecomeCgroups() {
        Kubectl kubectl = in("resources");
        kubectl.apply(pod(
                "small",
                "restartPolicy: Never",
                shell(
                                "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max 2>/dev/null; cat cpu/cpu.cfs_quota_us cpu.max 2>/dev/null; cat cpu/cpu.shares 2>/dev/null || echo 512")
                        + ", resources: {requests: {cpu: 500m, memory: 16Mi}, limits: {cpu: 750m, memory: 32Mi}}"));
        kubectl.apply(pod(
                "greedy", "restartPolicy: Never", shell("tail /dev/zero") + ", resources: {limits: {memory: 16Mi}}"));
        kubectl.apply(pod("huge", "", SLEEP + ", resources: {requests: {memory: 1Ti}}"));
        awaitPhase(kubectl, "small", "Succeeded");

        List<String> seen = kubectl.run("logs", "small").lines().toList();
        assertEquals("33554432", seen.getFirst());
        assertTrue(seen.get(1).startsWith("75000"), seen::toString);
        assertEquals("512", seen.getLast());
        assertEquals("Burstable", kubectl.field("pod/small", ".status.qosClass"));
        awaitPhase(kubectl, "greedy", "Failed");
        awaitStatus(kubectl, "greedy", "OOMKilled");
        awaitStatus(kubectl, "huge", "Pending");
        awaitEvent(kubectl, "huge", "FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.");
    }

    @ConcurrentTest
    void aSidecarRunsBesideTheOthersAndEndsWithThem() {
        Kubectl kubectl = in("sidecars");
        kubectl.apply(pod(
                "task",
                "restartPolicy: Never, volumes: [{name: d, emptyDir: {}}], initContainers: ["
                        + "{name: side, image: busybox, imagePullPolicy: IfNotPresent, restartPolicy: Always, volumeMounts: [{name: d, mountPath: /d}], "
                        + shell("trap \"exit 0\" TERM; echo up > /d/up; while :; do sleep 0.1; done")
                        + ", startupProbe: {exec: {command: [cat, /d/up]}, periodSeconds: 1}}]",
                shell("cat /d/up") + ", volumeMounts: [{name: d, mountPath: /d}]"));

        awaitPhase(kubectl, "task", "Succeeded");

        assertEquals("up\n", kubectl.run("logs", "task", "-c", "main"));
        kubectl.await(
                state -> state.contains("terminated"),
                "get",
                "pod",
                "task",
                "-o",
                "jsonpath={.status.initContainerStatuses[0].state}");
    }

    @ConcurrentTest
    void aContainerRunsAsWhomAndWhereItIsTold() {
        Kubectl kubectl = in("contexts");
        kubectl.apply(
                pod(
                        "who",
                        "restartPolicy: Never, hostname: here, subdomain: there, hostAliases: [{ip: 10.1.2.3, hostnames: [friend]}],"
                                + "securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}, volumes: [{name: d, emptyDir: {}}]",
                        shell(
                                        "id -u; id -g; id -G; stat -c %g /d; touch /d/x && echo wrote; touch /x || echo read-only; hostname; grep friend /etc/hosts; pwd")
                                + ", workingDir: /d, securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: d, mountPath: /d}]"));
        kubectl.apply(pod("root", "restartPolicy: Never, securityContext: {runAsNonRoot: true}", SLEEP));
        awaitPhase(kubectl, "who", "Succeeded");

        String said = kubectl.run("logs", "who");
        assertContains(said, "1000\n3000\n", "2000\n", "wrote\n", "read-only\n", "here\n", "10.1.2.3", "/d\n");
        awaitStatus(kubectl, "root", "CreateContainerConfigError");
        assertContains(
                kubectl.field("pod/root", ".status.containerStatuses[0].state.waiting.message"),
                "container has runAsNonRoot and image will run as root");
    }

    @ConcurrentTest
    void theMountedTokenIsThatOfThePodsAccount() {
        Kubectl kubectl = in("accounts");
        kubectl.run("create", "serviceaccount", "robot");
        kubectl.apply(
                pod(
                        "robot",
                        "restartPolicy: Never, serviceAccountName: robot",
                        shell(
                                "cat /var/run/secrets/kubernetes.io/serviceaccount/namespace; echo; cat /var/run/secrets/kubernetes.io/serviceaccount/token; echo; head -1 /var/run/secrets/kubernetes.io/serviceaccount/ca.crt")));
        kubectl.apply(pod(
                "bare",
                "restartPolicy: Never, automountServiceAccountToken: false",
                shell("ls /var/run/secrets/kubernetes.io || echo nothing")));
        awaitPhase(kubectl, "robot", "Succeeded");
        awaitPhase(kubectl, "bare", "Succeeded");

        List<String> said = kubectl.run("logs", "robot").lines().toList();

        assertEquals("accounts", said.getFirst());
        assertEquals("-----BEGIN CERTIFICATE-----", said.getLast());
        assertContains(
                kubectl.withToken(said.get(1), "").run("auth", "whoami"), "system:serviceaccount:accounts:robot");
        assertFalse(kubectl.run("logs", "bare").contains("serviceaccount"));
        kubectl.run("delete", "pod", "robot");
        kubectl.withToken(said.get(1), "").await(text -> text.contains("(Unauthorized)"), "get", "pods");
    }
}
