package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.object.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=kube-apiserver-kubelet-client,O=system:masters | ana                 |                | true",
                "CN=kube-apiserver-kubelet-client,O=system:masters | system:node:node-1  | system:nodes   | true",
                "CN=system:node:node-1,O=system:nodes              | system:node:node-1  | system:nodes   | true",
                "CN=system:node:node-1,O=system:nodes              | system:node:node-2  | system:nodes   | false",
                "CN=system:node:node-1,O=system:nodes              | system:node:node-11 | system:nodes   | false",
                "CN=system:node:node-1,O=system:nodes              | ana                 |                | false",
                "CN=system:node:node-1,O=system:nodes              | system:node:node-1  | system:masters | false",
                "CN=system:node:node-1,O=system:nodes              | system:node:node-1  |                | false",
                "CN=kubernetes-admin,O=system:masters              | kubernetes-admin    | system:masters | false",
                "CN=system:node:node-1,O=others                    | system:node:node-1  | system:nodes   | false",
            })
    void whoMaySendCommandsInWhoseName(String subject, String user, @Nullable String group, boolean allowed) {
        List<String> groups = group == null ? List.of("system:authenticated") : List.of(group, "system:authenticated");

        assertEquals(allowed, Identity.speaksFor(subject, new Actor(user, groups)));
    }
}
