package io.shiplog.node.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine.RegistryLogin;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of a pod's credentials are tried for an image. */
class RegistryLoginsTest {
    private final RegistryLogins logins = new RegistryLogins();

    private RegistryLoginsTest add(String auths) throws IOException {
        logins.add(Json.MAPPER.readTree(auths.replace('\'', '"')));
        return this;
    }

    private List<String> users(String image) {
        return logins.matching(ImageReference.parse(image).orElseThrow()).stream()
                .map(RegistryLogin::user)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.org, registry.example.org/app, true",
        "https://registry.example.org, registry.example.org/app, true",
        "https://registry.example.org/v2/, registry.example.org/app, true",
        "registry.example.org/team, registry.example.org/team/app, true",
        "registry.example.org/team, registry.example.org/app, false",
        "*.example.org, registry.example.org/app, true",
        "reg*.example.org, registry.example.org/app, true",
        "reg*x.example.org, registry.example.org/app, false",
        "*.example.org, example.org/app, false",
        "*.example.org, a.b.example.org/app, false",
        "registry.example.org, registry.example.org:5000/app, false",
        "127.0.0.1:5000, 127.0.0.1:5000/app, true",
        "https://index.docker.io/v1/, nginx, true",
        "docker.io, team/app:1, true",
        "docker.io, registry.example.org/app, false",
    })
    void aKeyOpensTheImagesOfItsServer(String server, String image, boolean opens) throws IOException {
        add("{'" + server + "':{'username':'u','password':'p'}}");

        assertEquals(opens ? List.of("u") : List.of(), users(image));
    }

    @Test
    void theLongestPathIsTriedFirstThenAsTheyCame() throws IOException {
        add("{'r.io':{'username':'first'}}")
                .add(
                        "{'r.io':{'username':'second'},'r.io/team':{'username':'team'},'r.io/other':{'username':'other'}}");

        assertEquals(List.of("team", "first", "second"), users("r.io/team/app"));
    }

    @Test
    void userAndPasswordMayStandInOneField() throws IOException {
        add("{'r.io':{'auth':'dTpwOnE='}}");

        assertEquals(
                List.of(new RegistryLogin("r.io", "u", "p:q", "")),
                logins.matching(ImageReference.parse("r.io/app").orElseThrow()));
    }
}
