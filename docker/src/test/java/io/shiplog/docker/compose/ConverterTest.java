package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConverterTest {
    private static final String POD = "/spec/template/spec";
    private static final String CONTAINER = POD + "/containers/0";

    private static Conversion converted(String text) {
        return Converter.convert(ComposeTexts.project(text));
    }

    private static Conversion withToken(String text) {
        return Converter.convert(
                new ComposeTexts().file("compose.yaml", text).file("token", "c").read("compose.yaml"));
    }

    private static ObjectNode object(Conversion conversion, String kind, String name) {
        return conversion.objects().stream()
                .filter(each -> each.path("kind").asText().equals(kind)
                        && each.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no %s %s in%n%s".formatted(kind, name, Manifests.yaml(conversion.objects()))));
    }

    private static boolean has(Conversion conversion, String kind, String name) {
        return conversion.objects().stream()
                .anyMatch(each -> each.path("kind").asText().equals(kind)
                        && each.at("/metadata/name").asText().equals(name));
    }

    @Test
    void aServiceIsADeploymentAndItsPortsAreTwoServices() {
        Conversion conversion =
                converted("services: {web: {image: nginx:1.27, ports: [\"8080:80\", \"5000:5000/udp\", \"80\"]}}");

        JsonNode deployment = object(conversion, "Deployment", "web");
        assertEquals("nginx:1.27", deployment.at(CONTAINER + "/image").asText());
        assertEquals(deployment.at("/spec/selector/matchLabels"), deployment.at("/spec/template/metadata/labels"));
        assertEquals("10", deployment.at(POD + "/terminationGracePeriodSeconds").asText());
        assertEquals(
                "[80,5000]",
                object(conversion, "Service", "web")
                        .at("/spec/ports")
                        .findValues("port")
                        .toString()
                        .replace(" ", ""));
        JsonNode published = object(conversion, "Service", "web-published");
        assertEquals("LoadBalancer", published.at("/spec/type").asText());
        assertEquals("8080", published.at("/spec/ports/0/port").asText());
        assertEquals("80", published.at("/spec/ports/0/targetPort").asText());
        assertEquals("UDP", published.at("/spec/ports/1/protocol").asText());
        assertEquals(
                List.of("services.web.ports: 80 has no published port: it is reached inside the cluster only"),
                conversion.notes());
    }

    @Test
    void aServiceWithoutPortsIsReachedAtAnyByItsName() {
        Conversion conversion = converted("services: {db: {image: db}}");

        assertEquals(
                "None",
                object(conversion, "Service", "db").at("/spec/clusterIP").asText());
        assertFalse(has(conversion, "Service", "db-published"));
    }

    @Test
    void linksAliasesAndContainerNamesAreServicesOfTheirOwn() {
        Conversion conversion = converted("""
                services:
                  app: {image: a, links: ["db:database", db]}
                  db:
                    image: b
                    container_name: My_DB
                    expose: ["5432"]
                    networks: {default: {aliases: [store, app]}}
                """);

        for (String name : List.of("db", "database", "store")) {
            assertEquals(
                    "5432",
                    object(conversion, "Service", name).at("/spec/ports/0/port").asText());
            assertEquals(
                    "db",
                    object(conversion, "Service", name)
                            .at("/spec/selector/compose.shiplog.io~1service")
                            .asText());
        }
        assertEquals(
                List.of(
                        "services.db: the alias 'My_DB' is no name of its own in Kubernetes",
                        "services.db: the alias 'app' is no name of its own in Kubernetes"),
                conversion.notes());
    }

    @Test
    void aHealthCheckIsProbesAndOthersWaitForIt() {
        Conversion conversion = converted("""
                services:
                  app: {image: a, depends_on: {db: {condition: service_healthy}, mq: {condition: service_healthy}, x: {condition: service_started}}}
                  db:
                    image: b
                    expose: ["5432"]
                    healthcheck: {test: pg_isready -U $$USER, interval: 1500ms, timeout: 5s, retries: 4, start_period: 1m, start_interval: 3s}
                  mq: {image: c, healthcheck: {test: [CMD, ping]}}
                  x: {image: d, healthcheck: {test: [NONE]}}
                """);

        JsonNode db = object(conversion, "Deployment", "db").at(CONTAINER);
        assertEquals(
                "{\"exec\":{\"command\":[\"/bin/sh\",\"-c\",\"pg_isready -U $USER\"]},\"timeoutSeconds\":5,\"periodSeconds\":2,\"failureThreshold\":4}",
                db.path("readinessProbe").toString());
        assertEquals(db.path("readinessProbe"), db.path("livenessProbe"));
        assertEquals("34", db.at("/startupProbe/failureThreshold").asText());
        JsonNode mq = object(conversion, "Deployment", "mq").at(CONTAINER);
        assertEquals("[\"ping\"]", mq.at("/readinessProbe/exec/command").toString());
        assertEquals("30", mq.at("/livenessProbe/periodSeconds").asText());
        assertTrue(mq.path("startupProbe").isMissingNode());
        assertTrue(object(conversion, "Deployment", "x")
                .at(CONTAINER + "/readinessProbe")
                .isMissingNode());
        JsonNode waiting = object(conversion, "Deployment", "app").at(POD + "/initContainers");
        assertEquals(2, waiting.size());
        assertEquals(
                "until nc -w 2 db 5432 </dev/null >/dev/null 2>&1; do sleep 1; done",
                waiting.at("/0/command/2").asText());
        assertEquals(
                "until nslookup mq >/dev/null 2>&1; do sleep 1; done",
                waiting.at("/1/command/2").asText());
        List<String> order = conversion.workloads().stream()
                .map(Conversion.Workload::service)
                .toList();
        assertEquals(List.of("db", "mq", "x", "app"), order);
    }

    @Test
    void whatEndsIsAJob() {
        Conversion conversion = converted("""
                services:
                  app: {image: a, depends_on: {migrate: {condition: service_completed_successfully}}}
                  migrate: {image: a, restart: on-failure:3}
                  once: {image: a, restart: "no"}
                  many: {image: a, deploy: {mode: replicated-job, replicas: 3}}
                  server: {image: a, restart: on-failure}
                """);

        JsonNode migrate = object(conversion, "Job", "migrate");
        assertEquals("3", migrate.at("/spec/backoffLimit").asText());
        assertEquals("OnFailure", migrate.at(POD + "/restartPolicy").asText());
        assertFalse(has(conversion, "Service", "migrate"));
        assertEquals(
                "Never",
                object(conversion, "Job", "once").at(POD + "/restartPolicy").asText());
        assertEquals(
                "3", object(conversion, "Job", "many").at("/spec/completions").asText());
        assertTrue(has(conversion, "Deployment", "server"));
        assertEquals(2, conversion.notes().size(), conversion.notes()::toString);
    }

    @Test
    void volumesAreClaimsFoldersAndMemory() {
        Conversion conversion = converted("""
                services:
                  a:
                    image: a
                    volumes: ["data:/data", "./conf:/conf:ro", "/cache", {type: tmpfs, target: /t, tmpfs: {size: 64m}},
                              {type: volume, source: data, target: /other, volume: {subpath: sub}}, "ext:/ext", "/x:/x:rslave"]
                    tmpfs: /run:size=1m
                  b: {image: b, volumes: ["data:/data:ro"]}
                volumes: {data: {}, unused: {}, ext: {external: true, name: Their.Own}}
                """);

        assertTrue(has(conversion, "PersistentVolumeClaim", "data"));
        assertFalse(has(conversion, "PersistentVolumeClaim", "unused"));
        assertEquals(
                1,
                conversion.objects().stream()
                        .filter(each -> each.path("kind").asText().endsWith("Claim"))
                        .count());
        JsonNode a = object(conversion, "Deployment", "a");
        assertEquals("Recreate", a.at("/spec/strategy/type").asText());
        assertEquals(
                "[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"data\"}},"
                        + "{\"name\":\"host-conf\",\"hostPath\":{\"path\":\"/shop/conf\"}},"
                        + "{\"name\":\"data-cache\",\"emptyDir\":{}},"
                        + "{\"name\":\"tmp-t\",\"emptyDir\":{\"medium\":\"Memory\",\"sizeLimit\":\"64Mi\"}},"
                        + "{\"name\":\"ext\",\"persistentVolumeClaim\":{\"claimName\":\"Their.Own\"}},"
                        + "{\"name\":\"host-x\",\"hostPath\":{\"path\":\"/x\"}},"
                        + "{\"name\":\"tmp-run\",\"emptyDir\":{\"medium\":\"Memory\",\"sizeLimit\":\"1Mi\"}}]",
                a.at(POD + "/volumes").toString());
        assertEquals(
                "{\"name\":\"host-conf\",\"mountPath\":\"/conf\",\"readOnly\":true}",
                a.at(CONTAINER + "/volumeMounts/1").toString());
        assertEquals(
                "{\"name\":\"data\",\"mountPath\":\"/other\",\"subPath\":\"sub\"}",
                a.at(CONTAINER + "/volumeMounts/4").toString());
        assertEquals(
                "HostToContainer",
                a.at(CONTAINER + "/volumeMounts/6/mountPropagation").asText());
    }

    @Test
    void configsAndSecretsAreFilesAndAChangeReplacesPods() {
        String text = """
                services: {a: {image: a, configs: [one, {source: two, target: /etc/two, mode: 0440}], secrets: [s]}}
                configs: {one: {content: CONTENT}, two: {content: b}}
                secrets: {s: {file: ./token}}
                """;
        Conversion conversion = withToken(text);

        assertEquals(
                "CONTENT",
                object(conversion, "ConfigMap", "one").at("/data/one").asText());
        assertEquals("c", object(conversion, "Secret", "s").at("/stringData/s").asText());
        JsonNode a = object(conversion, "Deployment", "a");
        assertEquals(
                "[\"/one\",\"/etc/two\",\"/run/secrets/s\"]",
                a.at(CONTAINER + "/volumeMounts")
                        .findValues("mountPath")
                        .toString()
                        .replace(" ", ""));
        assertEquals("288", a.at(POD + "/volumes/1/configMap/defaultMode").asText());
        String hash = "/spec/template/metadata/annotations/compose.shiplog.io~1files";
        assertEquals(16, a.at(hash).asText().length());
        assertFalse(a.at(hash)
                .equals(object(withToken(text.replace("CONTENT", "other")), "Deployment", "a")
                        .at(hash)));
    }

    @Test
    void networksThatDivideServicesArePolicies() {
        String text = """
                services:
                  front: {image: a, ports: ["80:80"], networks: [one]}
                  middle: {image: a, networks: [one, two]}
                  back: {image: a, networks: NETWORKS}
                networks: {one: {}, two: {internal: true}}
                """;
        Conversion divided = converted(text.replace("NETWORKS", "[two]"));
        Conversion together = converted(
                "services: {a: {image: a, networks: [one]}, b: {image: b, networks: [one]}}\nnetworks: {one: {}}");

        assertEquals(
                List.of("shop-one-network", "shop-two-network", "front-published"),
                divided.objects().stream()
                        .filter(each -> each.path("kind").asText().equals("NetworkPolicy"))
                        .map(each -> each.at("/metadata/name").asText())
                        .toList());
        JsonNode labels = object(divided, "Deployment", "middle").at("/spec/template/metadata/labels");
        assertEquals("true", labels.path("network.compose.shiplog.io/one").asText());
        assertEquals("true", labels.path("network.compose.shiplog.io/two").asText());
        assertEquals(List.of("networks.two.internal: its services still reach the outside"), divided.notes());
        assertTrue(together.objects().stream()
                .noneMatch(each -> each.path("kind").asText().equals("NetworkPolicy")));
    }

    @Test
    void deploySaysHowManyWhereAndHow() {
        Conversion conversion = converted("""
                services:
                  a:
                    image: a
                    deploy:
                      replicas: "3"
                      update_config: {parallelism: 2, order: start-first, delay: 5s}
                      resources: {limits: {cpus: "0.5", memory: 64M}, reservations: {cpus: 0.25}}
                      placement: {constraints: [node.labels.disk == ssd, node.hostname != old, node.role==manager], preferences: [{spread: node.labels.zone}]}
                  each: {image: a, deploy: {mode: global}}
                """);

        JsonNode a = object(conversion, "Deployment", "a");
        assertEquals("3", a.at("/spec/replicas").asText());
        assertEquals(
                "{\"maxSurge\":2,\"maxUnavailable\":0}",
                a.at("/spec/strategy/rollingUpdate").toString());
        assertEquals("5", a.at("/spec/minReadySeconds").asText());
        assertEquals(
                "{\"limits\":{\"cpu\":\"500m\",\"memory\":\"64Mi\"},\"requests\":{\"cpu\":\"250m\"}}",
                a.at(CONTAINER + "/resources").toString());
        assertEquals("{\"disk\":\"ssd\"}", a.at(POD + "/nodeSelector").toString());
        assertEquals(
                "NotIn",
                a.at(
                                POD
                                        + "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/operator")
                        .asText());
        assertEquals(
                "zone", a.at(POD + "/topologySpreadConstraints/0/topologyKey").asText());
        assertTrue(has(conversion, "DaemonSet", "each"));
        assertEquals(
                List.of("services.a.deploy.placement.constraints: 'node.role==manager' has no equivalent"),
                conversion.notes());
    }

    @Test
    void processesKeepTheirWordsAndRights() {
        Conversion conversion = converted("""
                services:
                  a:
                    image: a
                    entrypoint: [sh, -c]
                    command: ["echo $$(date)"]
                    environment: {A: "$$(B)"}
                    user: "1000:node"
                    privileged: true
                    cap_add: [CAP_NET_ADMIN]
                    cap_drop: [ALL]
                    security_opt: ["no-new-privileges:true"]
                    sysctls: {net.core.somaxconn: 1024}
                    extra_hosts: ["one:10.0.0.1", "two=10.0.0.1"]
                    network_mode: host
                    hostname: Box
                    working_dir: /w
                    tty: true
                    gpus: all
                """);

        JsonNode pod = object(conversion, "Deployment", "a").at(POD);
        JsonNode container = pod.at("/containers/0");
        assertEquals("[\"sh\",\"-c\"]", container.path("command").toString());
        assertEquals("[\"echo $$(date)\"]", container.path("args").toString());
        assertEquals("$$(B)", container.at("/env/0/value").asText());
        assertEquals(
                "{\"privileged\":true,\"runAsUser\":1000,\"capabilities\":{\"add\":[\"NET_ADMIN\"],\"drop\":[\"ALL\"]},\"allowPrivilegeEscalation\":false}",
                container.path("securityContext").toString());
        assertEquals(
                "[{\"ip\":\"10.0.0.1\",\"hostnames\":[\"one\",\"two\"]}]",
                pod.path("hostAliases").toString());
        assertEquals("true", pod.path("hostNetwork").asText());
        assertEquals("box", pod.path("hostname").asText());
        assertEquals("IfNotPresent", container.path("imagePullPolicy").asText());
        assertEquals(
                List.of(
                        "services.a.user: 'node' is a name: Kubernetes takes a number",
                        "services.a.gpus: has no equivalent and is left out"),
                conversion.notes());
    }

    @Test
    void aBuiltImageHasItsNameAndItsBuild() {
        Conversion conversion = converted(
                "services: {a: {build: {context: ./a, args: {V: 1}, target: t, ssh: [default]}}, b: {build: ., image: own:1}}");

        assertEquals(
                "shop-a",
                object(conversion, "Deployment", "a").at(CONTAINER + "/image").asText());
        assertEquals(java.util.Set.of("shop-a", "own:1"), conversion.builds().keySet());
        List<String> notes = new java.util.ArrayList<>();
        ObjectNode build = java.util.Objects.requireNonNull(conversion.builds().get("shop-a"));
        assertEquals(
                List.of("docker", "build", "--tag", "shop-a", "--build-arg", "V=1", "--target", "t", "--", "/shop/a"),
                ImageBuild.command("shop-a", build, notes::add));
        assertEquals(List.of("warning: build of shop-a.ssh: has no equivalent and is left out"), notes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "services: {a_b: {image: a}, a-b: {image: a}} | two services would have the name 'a-b'",
                "services: {a: {image: a, restart: sometimes}} | invalid restart policy 'sometimes'",
                "services: {a: {image: a, healthcheck: {test: [x]}}} | it must start with NONE, CMD or CMD-SHELL",
                "services: {a: {image: a, healthcheck: {test: [CMD]}}} | there is no command",
                "services: {a: {image: a, mem_limit: lots}} | invalid size 'lots'",
                "services: {a: {image: a, stop_grace_period: soon}} | invalid duration 'soon'",
                "services: {a: {image: a, deploy: {replicas: many}}} | 'many' is not a whole number",
                "services: {a: {image: a, expose: [\"1-9999\"]}} | invalid port or range",
                "services: {a: {image: a, ports: [\"1:1\"], labels: {kompose.service.type: odd}}} | kompose.service.type is nodeport"
            })
    void whatHasNoMeaningIsRefused(String text, String message) {
        String refused = String.valueOf(
                assertThrows(ClientException.class, () -> converted(text)).getMessage());

        assertTrue(refused.contains(message), refused);
    }
}
