package io.shiplog.command.control.account;

import static io.shiplog.command.control.view.Types.SECRETS;
import static io.shiplog.command.control.view.Types.SERVICE_ACCOUNTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.shiplog.command.Cluster;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.command.token.TokenSigner;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSecretsTest {
    private static final String CA = "-----BEGIN CERTIFICATE-----\n";
    private static final ObjectKey BUILD = ObjectKey.of(SERVICE_ACCOUNTS, "shop", "build");
    private static final ObjectKey SECRET = ObjectKey.of(SECRETS, "shop", "build-token");

    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void theControllerRuns() {
        cluster.run(controller());
    }

    private static TokenSecrets controller() {
        return new TokenSecrets(
                new TokenSigner(new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1")), CA);
    }

    private StoredObject givenAccount() {
        return cluster.given(
                SERVICE_ACCOUNTS,
                "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"build\",\"namespace\":\"shop\"}}");
    }

    private void givenSecret(String more) {
        cluster.given(SECRETS, """
                {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":"build-token",
                "namespace":"shop","annotations":{"kubernetes.io/service-account.name":"build"%s}}}""".formatted(more));
    }

    private ObjectNode secret() {
        return Objects.requireNonNull(cluster.tree(SECRET));
    }

    private String data(String key) {
        String value = secret().path("data").path(key).asText();
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    @Test
    void aSecretThatNamesAnAccountIsFilled() throws ParseException, JOSEException {
        StoredObject account = givenAccount();
        givenSecret("");
        cluster.settle();
        assertEquals(CA, data("ca.crt"));
        assertEquals("shop", data("namespace"));
        assertEquals(
                account.uid(),
                secret().at("/metadata/annotations/kubernetes.io~1service-account.uid")
                        .asText());
        SignedJWT token = SignedJWT.parse(data("token"));
        assertTrue(token.verify(new ECDSAVerifier((ECPublicKey) Cluster.KEYS.getPublic())));
        String prefix = "kubernetes.io/serviceaccount/";
        assertEquals(
                Map.of(
                        "iss",
                        "kubernetes/serviceaccount",
                        "sub",
                        "system:serviceaccount:shop:build",
                        prefix + "namespace",
                        "shop",
                        prefix + "secret.name",
                        "build-token",
                        prefix + "service-account.name",
                        "build",
                        prefix + "service-account.uid",
                        account.uid()),
                token.getJWTClaimsSet().toJSONObject());
    }

    @Test
    void whatIsFilledStaysAsItIs() {
        givenAccount();
        givenSecret("");
        cluster.settle();
        ObjectNode filled = secret();
        cluster.run(controller());
        cluster.settle();
        assertEquals(1, cluster.sent().size());
        assertEquals(filled, secret());
    }

    @Test
    void whatIsTakenOutIsFilledAgainAndTheRestIsKept() {
        givenAccount();
        givenSecret("");
        cluster.settle();
        String token = data("token");
        cluster.change(SECRET, "", "{\"data\":{\"ca.crt\":null,\"extra\":\"eA==\"}}");
        cluster.settle();
        assertEquals(CA, data("ca.crt"));
        assertEquals(token, data("token"));
        assertEquals("x", data("extra"));
    }

    @Test
    void theSecretGoesWithItsAccount() {
        givenAccount();
        givenSecret("");
        cluster.settle();
        cluster.delete(BUILD, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(SECRET));
    }

    @Test
    void aRecreatedAccountGetsNoSecretOfItsPredecessor() {
        givenAccount();
        givenSecret("");
        cluster.settle();
        cluster.delete(BUILD, Propagation.BACKGROUND);
        givenAccount();
        cluster.settle();
        assertNull(cluster.tree(SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"kubernetes.io/service-account.uid\":\"other\""})
    void aSecretWithoutItsAccountGoes(String annotation) {
        if (!annotation.isEmpty()) {
            givenAccount();
        }
        givenSecret(annotation);
        cluster.settle();
        assertNull(cluster.tree(SECRET));
    }

    @Test
    void otherSecretsAreLeftAlone() {
        cluster.given(SECRETS, """
                {"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{"name":"build-token","namespace":"shop",
                "annotations":{"kubernetes.io/service-account.name":"build"}}}""");
        cluster.settle();
        assertNotNull(cluster.tree(SECRET));
        assertTrue(cluster.sent().isEmpty());
    }

    @Test
    void anImmutableSecretIsNotTried() {
        givenAccount();
        cluster.given(SECRETS, """
                {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","immutable":true,
                "metadata":{"name":"build-token","namespace":"shop",
                "annotations":{"kubernetes.io/service-account.name":"build"}}}""");
        cluster.settle();
        assertTrue(cluster.sent().isEmpty());
    }

    @Test
    void aRefusedWriteIsTriedAgain() {
        givenAccount();
        givenSecret("");
        cluster.refuse(request ->
                request.command() instanceof PatchObject && cluster.sent().size() < 3
                        ? Refusal.conflict(SECRET, Refusal.MODIFIED)
                        : null);
        cluster.pass(Duration.ofSeconds(1));
        assertEquals("shop", data("namespace"));
    }
}
