package io.shiplog.docker.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.process.Ports;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A headless Chromium with a fresh profile, driven as a person would: looks, clicks, keys.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
final class Browser implements AutoCloseable {
    static final String ESCAPE = "\uE00C";
    static final String ENTER = "\uE007";
    static final String RIGHT = "\uE014";
    static final String DOWN = "\uE015";
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Path profile;
    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String session;

    /** Starts chromedriver and a window of 1600 by 1000, of a person without certificates. */
    Browser() {
        this(home -> {});
    }

    /** The same of a person with a client certificate, which the browser shows to every server that asks for one. */
    static Browser with(Path certificate, Path key) {
        return new Browser(home -> CertificateStore.make(home, certificate, key));
    }

    private Browser(Consumer<Path> moveIn) {
        int port = Ports.free();
        try {
            profile = Files.createTempDirectory("shiplog-browser");
            moveIn.accept(profile);
            ProcessBuilder starting = new ProcessBuilder("chromedriver", "--port=" + port, "--allowed-ips=127.0.0.1");
            starting.environment().put("HOME", profile.toString());
            driver = starting.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no chromedriver: './shiplog test' installs Debian's chromium and chromium-driver as root, elsewhere install both",
                    e);
        }
        String root = "http://127.0.0.1:" + port;
        await("chromedriver", () -> ready(root), ready -> ready);
        ObjectNode match = Json.MAPPER.createObjectNode().put("acceptInsecureCerts", true);
        ObjectNode options = match.putObject("goog:chromeOptions");
        options.putObject("prefs")
                .putArray("profile.managed_auto_select_certificate_for_urls")
                .add("{\"pattern\":\"*\",\"filter\":{}}");
        Stream.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--window-size=1600,1000",
                        "--user-data-dir=" + profile)
                .forEach(options.putArray("args")::add);
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("capabilities").set("alwaysMatch", match);
        session = root + "/session/"
                + send("POST", root + "/session", body).path("sessionId").asText();
    }

    private boolean ready(String root) {
        try {
            return send("GET", root + "/status", null).path("ready").asBoolean();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    void open(String url) {
        post("/url", Json.MAPPER.createObjectNode().put("url", url));
    }

    /** Clicks the first element that a CSS selector finds; waits for it. */
    void click(String selector) {
        await(selector, () -> clicked(selector), done -> done);
    }

    private boolean clicked(String selector) {
        try {
            post("/element/" + element(selector) + "/click", Json.MAPPER.createObjectNode());
            return true;
        } catch (IllegalStateException notThereYet) {
            return false;
        }
    }

    /** Types into an element, after what is in it. */
    void type(String selector, String text) {
        post(
                "/element/" + element(selector) + "/value",
                Json.MAPPER.createObjectNode().put("text", text));
    }

    /** Presses keys one after the other, wherever the focus is. */
    void keys(String keys) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        var actions = body.putArray("actions")
                .addObject()
                .put("type", "key")
                .put("id", "keyboard")
                .putArray("actions");
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            actions.addObject().put("type", "keyDown").put("value", key);
            actions.addObject().put("type", "keyUp").put("value", key);
        });
        post("/actions", body);
    }

    /** The text of the first element that a CSS selector finds, as it is seen; empty if there is none. */
    String text(String selector) {
        return script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
                .asText();
    }

    /** Waits until an element's text is right, and gives it. */
    String see(String selector, Predicate<String> right) {
        return await(selector, () -> text(selector), right);
    }

    /** What a function's body returns in the page. */
    JsonNode script(String body, Object... arguments) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("script", body);
        request.set("args", Json.MAPPER.valueToTree(List.of(arguments)));
        return post("/execute/sync", request);
    }

    /** Gives the page a size in CSS pixels, also one smaller than a window can be. */
    void size(int width, int height) {
        ObjectNode command = Json.MAPPER.createObjectNode().put("cmd", "Emulation.setDeviceMetricsOverride");
        command.putObject("params")
                .put("width", width)
                .put("height", height)
                .put("deviceScaleFactor", 1)
                .put("mobile", false);
        post("/goog/cdp/execute", command);
    }

    /** Keeps what is seen as {@code target/screenshots/NAME.png}. */
    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"),
                    Base64.getDecoder()
                            .decode(send("GET", session + "/screenshot", null).asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String element(String selector) {
        return post(
                        "/element",
                        Json.MAPPER
                                .createObjectNode()
                                .put("using", "css selector")
                                .put("value", selector))
                .path(ELEMENT)
                .asText();
    }

    <T> T await(String what, java.util.function.Supplier<T> ask, Predicate<T> right) {
        Instant end = Instant.now().plus(PATIENCE);
        T answer = ask.get();
        while (!right.test(answer)) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("after %s still not right: %s%n%s".formatted(PATIENCE, what, answer));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            answer = ask.get();
        }
        return answer;
    }

    private JsonNode post(String path, ObjectNode body) {
        return send("POST", session + path, body);
    }

    private JsonNode send(String method, String url, @org.jspecify.annotations.Nullable ObjectNode body) {
        HttpRequest.BodyPublisher publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .method(method, publisher)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode value = Json.MAPPER.readTree(response.body()).path("value");
            if (response.statusCode() >= 400) {
                throw new IllegalStateException(value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        send("DELETE", session, null);
        driver.destroy();
        client.close();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
