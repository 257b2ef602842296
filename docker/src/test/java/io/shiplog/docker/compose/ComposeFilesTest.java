package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeFilesTest {
    private static String refused(String text) {
        return String.valueOf(assertThrows(ClientException.class, () -> ComposeTexts.project(text))
                .getMessage());
    }

    private static ObjectNode service(ComposeProject project, String name) {
        return Objects.requireNonNull(project.services().get(name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'services: {web: {imge: nginx}}' | services.web additional properties 'imge' not allowed",
                "'servces: {}' | additional properties 'servces' not allowed",
                "'services: {web: {image: nginx, ports: {a: b}}}' | services.web.ports",
                "'services: {web: {image: [nginx]}}' | services.web.image",
                "'services: {web: {}}' | service \"web\" has neither an image nor a build context specified",
                "'services: {web: {image: a, depends_on: [db]}}' | service \"web\" depends on undefined service \"db\"",
                "'services: {web: {image: a, volumes: [data:/data]}}' | service \"web\" refers to undefined volume data",
                "'services: {web: {image: a, networks: [back]}}' | service \"web\" refers to undefined network back",
                "'services: {web: {image: a, secrets: [s]}}' | service \"web\" refers to undefined secret s",
                "'services: {a: {image: a, depends_on: [b]}, b: {image: a, depends_on: [a]}}' | dependency cycle detected: a -> b -> a",
                "'services: {a: {extends: b}, b: {extends: {service: a}}}' | circular reference",
                "'services: {a: {extends: b}}' | cannot extend service \"b\"",
                "'services: {a: {extends: {service: b, file: no.yml}}}' | open /shop/no.yml: no such file",
                "'services: {a: {image: a, env_file: no.env}}' | env file /shop/no.env not found",
                "'services: {a: {image: a, ports: [\"0:1:2:3\"]}}' | invalid port '0:1:2:3'",
                "'services: {a: {image: a, ports: [\"1-3:1-2\"]}}' | differ in length",
                "'services: {a: {image: a, ports: [\"70000:1\"]}}' | invalid port or range '70000'",
                "'services: {a: {image: a, volumes: [\"a:b:c:d\"]}}' | invalid volume 'a:b:c:d'",
                "'services: {a: {image: a, command: \"sh -c ''\"}}' | a quote is not closed",
                "'include: [other.yml]\nservices: {a: {image: a}}' | include is not supported",
                "'services: {a: {image: a}}\nsecrets: {s: {file: no}}' | secrets.s: open /shop/no: no such file",
                "'services: {a: {image: a}}\nconfigs: {c: {environment: NO}}' | configs.c: environment variable NO is not set",
                "'services: {a: {image: a, profiles: [x]}}' | no service selected"
            })
    void whatComposeRefusesIsRefused(String text, String message) {
        String refused = refused(text.replace("\"sh -c ''\"", "\"sh -c 'open\""));

        assertTrue(refused.contains(message), refused);
    }

    @Test
    void extensionsAreIgnoredEverywhere() {
        ComposeProject project = ComposeTexts.project("x-a: [1]\nservices: {web: {image: a, x-b: {c: d}}}");

        assertEquals("{\"image\":\"a\"}", service(project, "web").toString());
    }

    @Test
    void laterFilesAreMergedOverEarlierOnes() {
        ComposeProject project =
                new ComposeTexts().file("a.yml", """
                        services:
                          web:
                            image: one
                            command: [a, b]
                            environment: [A=1, B=2]
                            ports: ["80:80", "81:81"]
                            volumes: ["./a:/a", "./b:/b"]
                            depends_on: [db]
                          db: {image: db}
                        """).file("b.yml", """
                        services:
                          web:
                            image: two
                            command: [c]
                            environment: {B: 3}
                            ports: ["80:80", "82:82"]
                            volumes: ["./c:/a"]
                            depends_on: {db: {condition: service_healthy}}
                        """).read("a.yml", "b.yml");

        ObjectNode web = service(project, "web");
        assertEquals("two", web.path("image").asText());
        assertEquals("[\"c\"]", web.path("command").toString());
        assertEquals("{\"A\":\"1\",\"B\":\"3\"}", web.path("environment").toString());
        assertEquals(3, web.path("ports").size());
        assertEquals("/shop/c", web.at("/volumes/0/source").asText());
        assertEquals(2, web.path("volumes").size());
        assertEquals("service_healthy", web.at("/depends_on/db/condition").asText());
    }

    @Test
    void anExtendedFilesPathsStartAtItsOwnFolder() {
        ComposeProject project = new ComposeTexts()
                .file(
                        "compose.yaml",
                        "services: {web: {extends: {service: base, file: common/base.yml}, environment: {A: 2}}}")
                .file(
                        "common/base.yml",
                        "services: {base: {build: ./src, env_file: base.env, volumes: [./data:/data], environment: {A: 1, B: 1}}}")
                .file("common/base.env", "A=0\nC=0\n")
                .read("compose.yaml");

        ObjectNode web = service(project, "web");
        assertEquals("/shop/common/src", web.at("/build/context").asText());
        assertEquals("/shop/common/data", web.at("/volumes/0/source").asText());
        assertEquals(
                "{\"A\":\"2\",\"C\":\"0\",\"B\":\"1\"}", web.path("environment").toString());
    }

    @Test
    void theShellCountsMoreThanTheEnvFile() {
        ComposeProject project = new ComposeTexts()
                .file("compose.yaml", "services: {web: {image: \"$A-$B-$C\", environment: [A, D]}}")
                .file(".env", "A=file\nB=\"$A too\"\n")
                .variable("A", "shell")
                .read("compose.yaml");

        assertEquals("shell-shell too-", service(project, "web").path("image").asText());
        assertEquals(
                "{\"A\":\"shell\"}", service(project, "web").path("environment").toString());
        assertEquals(java.util.List.of("the variable C is not set: it is replaced by an empty text"), project.notes());
    }

    @Test
    void profilesChooseServices() {
        ComposeTexts texts = new ComposeTexts()
                .file(
                        "compose.yaml",
                        "services: {a: {image: a}, b: {image: b, profiles: [x]}, c: {image: c, profiles: [y]}}");

        assertEquals(Set.of("a"), texts.read("compose.yaml").services().keySet());
        assertEquals(
                Set.of("a", "b"),
                texts.profiles("x").read("compose.yaml").services().keySet());
        assertEquals(
                Set.of("a", "b", "c"),
                texts.profiles("*").read("compose.yaml").services().keySet());
        assertEquals(
                Set.of("a", "c"),
                new ComposeTexts()
                        .file(
                                "compose.yaml",
                                "services: {a: {image: a}, b: {image: b, profiles: [x]}, c: {image: c, profiles: [y]}}")
                        .variable("COMPOSE_PROFILES", "y")
                        .read("compose.yaml")
                        .services()
                        .keySet());
    }

    @Test
    void theProjectIsNamedByItsFileOrFolder() {
        assertEquals("shop", ComposeTexts.project("services: {a: {image: a}}").name());
        assertEquals(
                "own",
                ComposeTexts.project("name: own\nservices: {a: {image: a}}").name());
    }
}
