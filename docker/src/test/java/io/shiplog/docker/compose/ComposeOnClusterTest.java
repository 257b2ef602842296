package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.docker.Shiplog;
import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.docker.client.ApiResources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code compose} against a cluster whose containers are made up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeOnClusterTest {
    private static final Path PUBLIC = Path.of("src", "test", "resources", "compose");
    private static final String SHOP = """
            name: shop
            services:
              web:
                image: nginx:1.27
                ports: ["8080:80"]
                depends_on: {cache: {condition: service_healthy}, db: {condition: service_started}}
                configs: [page]
                ulimits: {nofile: 1000}
              db: {image: "mysql:8", expose: ["3306"]}
              store: {image: "mysql:8", volumes: ["data:/var/lib/mysql"], deploy: {replicas: 0}}
              cache: {image: "redis:7", expose: ["6379"], healthcheck: {test: redis-cli ping}, depends_on: [db]}
            configs: {page: {content: hello}}
            volumes: {data: {}}
            """;

    private ClusterInMemory cluster;

    @BeforeAll
    void up(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.join("node-1", "node-2");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private void namespace(String name) {
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'%s'}}".formatted(name));
    }

    private List<String> names(String namespace) {
        List<String> names = new ArrayList<>();
        for (String path : List.of(
                "/apis/apps/v1/namespaces/%s/deployments",
                "/api/v1/namespaces/%s/services",
                "/api/v1/namespaces/%s/persistentvolumeclaims",
                "/api/v1/namespaces/%s/pods")) {
            cluster.api()
                    .get(path.formatted(namespace) + "?labelSelector=compose.shiplog.io/project")
                    .path("items")
                    .forEach(each -> names.add(each.at("/metadata/name").asText()));
        }
        return names;
    }

    private static List<JsonNode> converted(Path file) throws IOException {
        PrintStream before = System.out;
        PrintStream beforeErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
            List<String> words = new ArrayList<>(List.of("compose", "convert", file.toString(), "--profile", "*"));
            if (Files.readString(file).contains("${TAG:?")
                    || Files.readString(file).contains("environment: TOKEN")) {
                Path variables = Files.createTempFile("compose", ".env");
                Files.writeString(variables, "TAG=1.36\nTOKEN=t\n");
                words.addAll(List.of("--env-file", variables.toString()));
            }
            int code = Shiplog.commandLine("compose").execute(words.toArray(String[]::new));
            assertEquals(0, code, file::toString);
        } finally {
            System.setOut(before);
            System.setErr(beforeErr);
        }
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(out.toString(StandardCharsets.UTF_8))) {
            return documents.readAll();
        }
    }

    @Test
    void theObjectsOfPublicFilesAreAccepted() throws IOException {
        ApiResources resources = ApiResources.of(cluster.api());
        List<Path> files;
        try (Stream<Path> all = Files.list(PUBLIC)) {
            files = all.filter(each -> each.toString().endsWith(".yml"))
                    .filter(each -> !each.endsWith("django-common.yml"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String namespace = "try-" + file.getFileName().toString().replace(".yml", "");
            namespace(namespace);
            for (JsonNode object : converted(file)) {
                cluster.api()
                        .post(
                                resources.find(object.path("kind").asText()).path(namespace)
                                        + "?dryRun=All&fieldValidation=Strict",
                                object);
            }
        }
        assertTrue(files.size() >= 20);
    }

    @Test
    void upAppliesInOrderWaitsAndDownLeavesTheData(@TempDir Path folder) throws IOException {
        namespace("shop");
        Path file = Files.writeString(folder.resolve("compose.yaml"), SHOP);

        ClusterInMemory.Result up = cluster.shiplog("compose", "up", file.toString(), "-n", "shop", "--timeout", "60");
        List<String> there = names("shop");
        Files.writeString(
                file,
                SHOP.replace("  db: {", "  other: {")
                        .replace("db: {condition: service_started}", "other: {condition: service_started}")
                        .replace("[db]", "[other]"));
        ClusterInMemory.Result again =
                cluster.shiplog("compose", "up", file.toString(), "-n", "shop", "--timeout", "60");
        ClusterInMemory.Result removed =
                cluster.shiplog("compose", "up", file.toString(), "-n", "shop", "--timeout", "60", "--remove-orphans");
        ClusterInMemory.Result down = cluster.shiplog("compose", "down", file.toString(), "-n", "shop");
        List<String> left = names("shop");
        ClusterInMemory.Result volumes = cluster.shiplog("compose", "down", "-p", "shop", "-n", "shop", "--volumes");
        ClusterInMemory.Result nothing = cluster.shiplog("compose", "down", "-p", "shop", "-n", "shop");

        assertEquals(0, up.exitCode(), up::err);
        String notes = up.notes();
        assertTrue(notes.contains("warning: services.web.ulimits: has no equivalent and is left out"), notes);
        int ready = notes.indexOf("deployment.apps/cache: 1 of 1 ready");
        assertTrue(notes.indexOf("deployment.apps/db applied") < notes.indexOf("deployment.apps/cache applied"), notes);
        assertTrue(ready > 0 && ready < notes.indexOf("deployment.apps/web applied"), notes);
        assertTrue(notes.contains("deployment.apps/web: 1 of 1 ready"), notes);
        assertTrue(there.containsAll(List.of("web", "db", "cache", "web-published", "data")), there::toString);
        assertEquals(0, again.exitCode(), again::err);
        assertTrue(again.notes().contains("no longer in the project: deployment.apps/db, service/db"), again.notes());
        assertTrue(removed.notes().contains("deployment.apps/db deleted"), removed.notes());
        assertEquals(0, down.exitCode(), down::err);
        assertTrue(down.notes().contains("persistentvolumeclaim/data stays"), down.notes());
        assertEquals(List.of("data"), left);
        assertEquals(0, volumes.exitCode(), volumes::err);
        assertEquals(List.of(), names("shop"));
        assertTrue(nothing.notes().contains("There is nothing of the project shop"), nothing.notes());
    }

    @Test
    void whatIsNotTheProjectsIsNotOverwritten(@TempDir Path folder) throws IOException {
        namespace("foreign");
        cluster.create("/api/v1/namespaces/foreign/configmaps", "{'metadata':{'name':'page'},'data':{'page':'mine'}}");
        Path file = Files.writeString(folder.resolve("compose.yaml"), SHOP);

        ClusterInMemory.Result up = cluster.shiplog("compose", "up", file.toString(), "-n", "foreign");

        assertEquals(1, up.exitCode());
        assertTrue(up.err().contains("configmap/page is there already and belongs to no project"), up.err());
        assertEquals(
                "mine",
                cluster.api()
                        .get("/api/v1/namespaces/foreign/configmaps/page")
                        .at("/data/page")
                        .asText());
    }

    @Test
    void aServiceThatDoesNotGetReadyFailsWithTheReason(@TempDir Path folder) throws IOException {
        namespace("stuck");
        Path file = Files.writeString(
                folder.resolve("compose.yaml"),
                "services: {a: {image: a, deploy: {placement: {constraints: [node.labels.disk == none]}}}}");

        ClusterInMemory.Result up = cluster.shiplog("compose", "up", file.toString(), "-n", "stuck", "--timeout", "1");

        assertEquals(1, up.exitCode());
        assertTrue(up.err().contains("deployment.apps/a is not ready after 1 s: 0/2 nodes are available"), up.err());
    }

    @Test
    void downDeletesThePodsOfJobs(@TempDir Path folder) throws IOException {
        namespace("jobs");
        Path file = Files.writeString(folder.resolve("compose.yaml"), "services: {once: {image: a, restart: 'no'}}");

        // A container that is made up never ends.
        ClusterInMemory.Result up = cluster.shiplog("compose", "up", file.toString(), "-n", "jobs", "--timeout", "1");
        ClusterInMemory.Result down = cluster.shiplog("compose", "down", file.toString(), "-n", "jobs");

        assertTrue(up.err().contains("job.batch/once is not ready after 1 s"), up.err());
        assertEquals(0, down.exitCode(), down::err);
        assertEquals(List.of(), names("jobs"));
    }

    @Test
    void aNamespaceThatIsNotThereIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("compose.yaml"), SHOP);

        ClusterInMemory.Result up = cluster.shiplog("compose", "up", file.toString(), "-n", "nowhere");

        assertEquals(1, up.exitCode());
        assertTrue(up.err().contains("namespaces \"nowhere\" not found"), up.err());
    }
}
