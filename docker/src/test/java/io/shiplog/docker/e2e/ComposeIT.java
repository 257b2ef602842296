package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A Compose file on a real cluster: its image built here, its order kept, its services found by name and from outside, its data kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String FILE = """
            name: shop
            services:
              web:
                build: {context: ., network: none, dockerfile_inline: "FROM busybox:1.36\\nRUN echo built > /built"}
                image: shop-web:it
                command: sh -c 'cp /built /www; wget -qO /www/greeting http://backend:8080/greeting && exec httpd -f -p 80 -h /www'
                ports: ["18099:80"]
                tmpfs: [/www]
                depends_on:
                  app: {condition: service_healthy}
                  seed: {condition: service_completed_successfully}
                configs: [{source: page, target: /www/index.html}]
              app:
                image: busybox:1.36
                command: [sh, -c, 'sleep 2; touch /ready; exec httpd -f -p 8080 -h /data']
                expose: ["8080"]
                volumes: ["data:/data"]
                healthcheck: {test: "test -e /ready && wget -qO- localhost:8080/greeting", interval: 1s, start_period: 30s, start_interval: 1s}
                depends_on: {seed: {condition: service_completed_successfully}}
                networks: {default: {aliases: [backend]}}
              seed:
                image: busybox:1.36
                command: [sh, -c, 'echo "$$GREETING" >> /data/greeting']
                environment: {GREETING: "hello $$(id)"}
                volumes: ["data:/data"]
            configs: {page: {content: "a page\\n"}}
            volumes: {data: {}}
            """;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("compose", 18783, "10.222.0.0/16", "10.153.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
        cluster.host("docker", "image", "rm", "-f", "shop-web:it");
    }

    private String fetched(String path) {
        String address = cluster.kubectl(
                "get", "service", "web-published", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
        return cluster.host("curl", "-s", "-m", "5", "http://" + address + ":18099/" + path)
                .out();
    }

    @Test
    void aProjectIsBuiltRunChangedAndDeleted(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("docker-compose.yml"), FILE);

        Shell.Result up = cluster.shiplog("compose", "up", file.toString());
        assertEquals(0, up.exitCode(), up::err);
        assertTrue(up.err().contains("web is published at "), up::err);
        assertEquals("a page\n", cluster.await("the page", SOON, () -> fetched(""), text -> !text.isEmpty()));
        assertEquals("built\n", fetched("built"));
        assertEquals("hello $(id)\n", fetched("greeting"));

        Files.writeString(file, FILE.replace("a page", "another page"));
        cluster.shiplog("compose", "up", file.toString()).orFail();
        cluster.await("the new page", SOON, () -> fetched(""), "another page\n"::equals);

        Shell.Result down = cluster.shiplog("compose", "down", file.toString());
        assertEquals(0, down.exitCode(), down::err);
        String label = "compose.shiplog.io/project=shop";
        assertEquals("", cluster.kubectl("get", "all,configmaps", "-l", label, "-o", "name"));
        assertEquals("persistentvolumeclaim/data\n", cluster.kubectl("get", "pvc", "-l", label, "-o", "name"));
        cluster.shiplog("compose", "down", "-p", "shop", "--volumes").orFail();
        assertEquals("", cluster.kubectl("get", "pvc", "-o", "name"));
    }

    @Test
    void whatCannotRunSaysWhy(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("compose.yaml"),
                "services: {broken: {image: 'busybox:1.36', command: ['false'], restart: 'no'}, lost: {image: 'registry.invalid/none:1'}}");

        Shell.Result failed = cluster.shiplog("compose", "up", file.toString(), "-p", "bad", "--timeout", "60");

        assertEquals(1, failed.exitCode(), failed::err);
        assertTrue(failed.err().contains("job.batch/broken failed: "), failed::err);
        cluster.shiplog("compose", "down", "-p", "bad").orFail();
    }
}
