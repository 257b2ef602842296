package io.shiplog.events.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActorTest {
    @ParameterizedTest
    @CsvSource({
        "alice, alice",
        "system:node:n1, system:node:n1",
        "system:serviceaccount:shop:a, system:serviceaccount:shop",
        "system:serviceaccount:shop:b, system:serviceaccount:shop",
        "system:serviceaccount:kube-system:scheduler, system:serviceaccount:kube-system:scheduler",
        "system:serviceaccount:shop, system:serviceaccount:shop",
        "system:serviceaccount:, system:serviceaccount:",
    })
    void theAccountsOfANamespaceAreOneOwner(String user, String owner) {
        assertEquals(owner, new Actor(user, List.of()).owner());
    }
}
