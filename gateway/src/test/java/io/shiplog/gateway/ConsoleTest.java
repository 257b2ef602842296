package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's public files, and that they are built from the sources. */
class ConsoleTest extends ClusterTest {
    @ParameterizedTest
    @CsvSource({
        "/console, text/html; charset=utf-8",
        "/console/, text/html; charset=utf-8",
        "/console/console.js, text/javascript; charset=utf-8",
        "/console/console.css, text/css; charset=utf-8",
        "/console/icon.svg, image/svg+xml",
        "/console/inter-latin-wght-normal.woff2, font/woff2"
    })
    void filesNeedNoCredentials(String path, String type) {
        try (Api nobody = Api.withToken(cluster, null)) {
            Api.Answer answer =
                    nobody.get(path, "Accept", "text/html,*/*;q=0.8").is(200);

            assertEquals(type, answer.header("Content-Type"));
            assertEquals("nosniff", answer.header("X-Content-Type-Options"));
            assertTrue(answer.header("Content-Security-Policy").startsWith("default-src 'none'; script-src 'self'"));
            assertTrue(answer.response().body().length > 0);
        }
    }

    @Test
    void aFileThatHasNotChangedIsNotSentAgain() {
        String tag = admin.get("/console/console.js").is(200).header("ETag");

        Api.Answer again =
                admin.get("/console/console.js", "If-None-Match", tag).is(304);

        assertEquals(0, again.response().body().length);
        assertEquals(tag, again.header("ETag"));
        admin.get("/console/console.js", "If-None-Match", "\"another\"").is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/Console.class",
                "/console/sources.sha256",
                "/console/%2e%2e/Gateway.class",
                "/console/a/console.js"
            })
    void nothingElseOfTheJarIsServed(String path) {
        admin.get(path).refuses(404, "NotFound", "the server could not find the requested resource");
    }

    @Test
    void thePageCannotBeWritten() {
        admin.post("/console", "{}").is(405);
    }

    @Test
    void thePageLoadsNothingFromElsewhere() {
        String page = admin.get("/console").is(200).text();

        assertFalse(page.contains("//"), page);
        assertFalse(page.contains("<style"), page);
        assertTrue(page.contains("src=\"/console/console.js\""), page);
    }

    /** Beside the build that makes the bundle again and compares: machines without node notice a forgotten bundle too. */
    @Test
    void theBundleIsMadeOfTheseSources() throws IOException, GeneralSecurityException {
        Path root = Path.of("src", "main", "console");
        List<String> names =
                new ArrayList<>(List.of("build.mjs", "package.json", "package-lock.json", "tsconfig.json"));
        try (Stream<Path> sources = Files.walk(root.resolve("src"))) {
            sources.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .forEach(names::add);
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String name : names.stream().sorted().toList()) {
            digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(root.resolve(name)));
            digest.update((byte) 0);
        }

        assertEquals(
                HexFormat.of().formatHex(digest.digest()),
                new String(resource("sources.sha256"), StandardCharsets.UTF_8).strip(),
                "stale: cd gateway/src/main/console && npm ci && npm run build");
        assertArrayEquals(Files.readAllBytes(root.resolve("src/index.html")), resource("index.html"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = ConsoleTest.class.getResourceAsStream("console/" + name)) {
            return java.util.Objects.requireNonNull(file).readAllBytes();
        }
    }
}
