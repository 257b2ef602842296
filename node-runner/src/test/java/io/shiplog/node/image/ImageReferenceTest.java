package io.shiplog.node.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image names, as registries see them. */
class ImageReferenceTest {
    private static final String DIGEST = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io, library/nginx",
        "docker.io/nginx:1.27, docker.io, library/nginx",
        "team/app, docker.io, team/app",
        "localhost/app, localhost, app",
        "localhost:5000/a/b__c/d-e:v1_2, localhost:5000, a/b__c/d-e",
        "registry.example.org/app, registry.example.org, app",
        "Registry.Example.org/app, Registry.Example.org, app",
        "registry:5000/app@" + DIGEST + ", registry:5000, app",
        "127.0.0.1:5000/app:1@" + DIGEST + ", 127.0.0.1:5000, app",
    })
    void aReferenceNamesARegistryAndAPath(String text, String registry, String path) {
        assertEquals(Optional.of(new ImageReference(registry, path)), ImageReference.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NGINX",
                "Team/app",
                "a//b",
                "/app",
                "app:",
                "app:-x",
                "app@sha256:12",
                "no such image",
                "registry.example.org/App",
                "a_-b",
                "app\n",
                "../containers/json",
                ".app/x",
            })
    void otherTextIsNoReference(String text) {
        assertEquals(Optional.empty(), ImageReference.parse(text));
    }

    @Test
    void aReferenceBeyondTheLimitIsNone() {
        assertEquals(Optional.empty(), ImageReference.parse("a".repeat(1_000)));
    }
}
