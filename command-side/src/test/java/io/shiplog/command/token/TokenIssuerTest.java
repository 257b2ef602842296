package io.shiplog.command.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.shiplog.command.Cluster;
import io.shiplog.command.TestKinds;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIssuerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ObjectKey ACCOUNT = ObjectKey.of(TestKinds.SERVICE_ACCOUNTS, "shop", "default");

    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final TokenIssuer issuer = issuer(Cluster.KEYS);

    TokenIssuerTest() {
        put(ACCOUNT, "{'metadata':{'name':'default','uid':'u-sa'}}");
        put(
                ObjectKey.of(TestKinds.PODS, "shop", "web-1"),
                "{'metadata':{'name':'web-1','uid':'u-pod'},'spec':{'serviceAccountName':'default','nodeName':'n1','volumes':["
                        + "{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'a'}},"
                        + "{'serviceAccountToken':{'audience':'vault','path':'b'}}]}}]}}");
        put(
                ObjectKey.of(TestKinds.PODS, "shop", "other"),
                "{'metadata':{'name':'other','uid':'u-other'},'spec':{'serviceAccountName':'robot'}}");
        put(ObjectKey.clusterScoped(TestKinds.NODES, "n1"), "{'metadata':{'name':'n1','uid':'u-node'}}");
    }

    private TokenIssuer issuer(KeyPair keys) {
        return new TokenIssuer(
                new TokenConfig("https://shiplog", keys.getPrivate(), "k1"),
                objects::get,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private void put(ObjectKey key, String json) {
        objects.put(
                key,
                new ImageEvolution(TestKinds.CATALOGUE)
                        .stored(TestKinds.CATALOGUE, key, 1, Json.of(json.replace('\'', '"')), "test"));
    }

    private CommandResult ask(String spec) {
        return issuer.issue(
                Cluster.ALICE,
                new RequestToken(
                        ACCOUNT, Json.of("{'spec':{%s}}".formatted(spec).replace('\'', '"'))));
    }

    private Refusal refused(String spec) {
        return assertInstanceOf(Refused.class, ask(spec)).refusal();
    }

    private static SignedJWT token(CommandResult result) throws ParseException {
        JsonNode answer = assertInstanceOf(Accepted.class, result, result::toString)
                .object()
                .tree();
        return SignedJWT.parse(answer.at("/status/token").asText());
    }

    @Test
    void aTokenSaysWhoseItIsAndForHowLong() throws ParseException, JOSEException {
        CommandResult result = ask("'expirationSeconds':600,'audiences':['vault']");
        SignedJWT token = token(result);
        JWTClaimsSet claims = token.getJWTClaimsSet();

        assertTrue(token.verify(new ECDSAVerifier((ECPublicKey) Cluster.KEYS.getPublic())));
        assertEquals("k1", token.getHeader().getKeyID());
        assertEquals("https://shiplog", claims.getIssuer());
        assertEquals("system:serviceaccount:shop:default", claims.getSubject());
        assertEquals(List.of("vault"), claims.getAudience());
        assertEquals(NOW, claims.getIssueTime().toInstant());
        assertEquals(NOW, claims.getNotBeforeTime().toInstant());
        assertEquals(NOW.plusSeconds(600), claims.getExpirationTime().toInstant());
        assertEquals(
                Map.of("namespace", "shop", "serviceaccount", Map.of("name", "default", "uid", "u-sa")),
                claims.getClaim("kubernetes.io"));
        JsonNode answer = assertInstanceOf(Accepted.class, result).object().tree();
        assertEquals("TokenRequest", answer.path("kind").asText());
        assertEquals(
                "2026-11-22T10:10:00Z", answer.at("/status/expirationTimestamp").asText());
    }

    @Test
    void aTokenOfAPodNamesPodAndNode() throws ParseException {
        Object claim = token(ask("'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'web-1','uid':'u-pod'}"))
                .getJWTClaimsSet()
                .getClaim("kubernetes.io");

        assertEquals(
                Map.of(
                        "namespace", "shop",
                        "serviceaccount", Map.of("name", "default", "uid", "u-sa"),
                        "pod", Map.of("name", "web-1", "uid", "u-pod"),
                        "node", Map.of("name", "n1", "uid", "u-node")),
                claim);
    }

    @Test
    void anRsaKeySignsToo() throws NoSuchAlgorithmException, ParseException, JOSEException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();

        SignedJWT token = token(issuer(keys).issue(Cluster.ALICE, new RequestToken(ACCOUNT, Json.of("{}"))));

        assertTrue(token.verify(new RSASSAVerifier((RSAPublicKey) keys.getPublic())));
        assertEquals(List.of("https://shiplog"), token.getJWTClaimsSet().getAudience());
    }

    @Test
    void timesHaveLimits() {
        assertEquals(
                "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less"
                        + " than 10 minutes",
                refused("'expirationSeconds':60").message());
        assertEquals(Reason.INVALID, refused("'expirationSeconds':4294967297").reason());
    }

    @Test
    void whatATokenSpeaksOfMustExist() {
        assertEquals(
                "pods \"gone\" not found",
                refused("'boundObjectRef':{'kind':'Pod','name':'gone'}").message());
        assertEquals(
                Reason.CONFLICT,
                refused("'boundObjectRef':{'kind':'Pod','name':'web-1','uid':'old'}")
                        .reason());
        assertEquals(
                "cannot bind token for serviceaccount \"default\" to pod running with different serviceaccount name.",
                refused("'boundObjectRef':{'kind':'Pod','name':'other'}").message());
        assertEquals(
                "cannot bind token to object of type apps/v1, Kind=Deployment",
                refused("'boundObjectRef':{'kind':'Deployment','apiVersion':'apps/v1','name':'x'}")
                        .message());
        objects.remove(ACCOUNT);
        assertEquals("serviceaccounts \"default\" not found", refused("").message());
    }

    @Test
    void whatIsNoTokenRequestIsABadRequest() {
        for (String body : List.of("{", "[]", "{\"kind\":\"Pod\"}", "{\"apiVersion\":\"v1\"}", "{\"kind\":5}")) {
            assertEquals(
                    Reason.BAD_REQUEST,
                    assertInstanceOf(
                                    Refused.class,
                                    issuer.issue(Cluster.ALICE, new RequestToken(ACCOUNT, Json.of(body))))
                            .refusal()
                            .reason());
        }
    }

    @Test
    void aNodeGetsTokensForThePodsBoundToIt() {
        assertInstanceOf(Accepted.class, issueTo("n1", BOUND_TO_POD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n2 | {'kind':'Pod','name':'web-1','uid':'u-pod'} | node requested token bound to a pod scheduled on a different node",
                "n1 | {'kind':'Pod','name':'web-1'}               | node requested token with a pod binding without a uid",
                "n1 | {'kind':'Node','name':'n1','uid':'u-node'}  | node requested token not bound to a pod",
                "n1 | {}                                          | node requested token not bound to a pod",
            })
    void aNodeGetsNoOtherTokens(String node, String bound, String why) {
        Refusal refusal = assertInstanceOf(Refused.class, issueTo(node, bound)).refusal();

        assertEquals(Reason.FORBIDDEN, refusal.reason());
        assertEquals("serviceaccounts \"default\" is forbidden: " + why, refusal.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                | ",
                "['vault']         | ",
                "['payments']      | audience \"payments\" not found in pod spec volume",
                "['vault','other'] | node may only request 0 or 1 audiences",
            })
    void aNodeGetsTokensForTheAudiencesOfThePodsVolumes(String audiences, String why) {
        String body = "{'spec':{'audiences':%s,'boundObjectRef':%s}}".formatted(audiences, BOUND_TO_POD);
        CommandResult result =
                issuer.issue(Actor.node("n1"), new RequestToken(ACCOUNT, Json.of(body.replace('\'', '"'))));

        if (why == null) {
            assertInstanceOf(Accepted.class, result);
        } else {
            Refusal refusal = assertInstanceOf(Refused.class, result).refusal();
            assertEquals(Reason.FORBIDDEN, refusal.reason());
            assertEquals("serviceaccounts \"default\" is forbidden: " + why, refusal.message());
        }
    }

    private static final String BOUND_TO_POD = "{'kind':'Pod','name':'web-1','uid':'u-pod'}";

    private CommandResult issueTo(String node, String bound) {
        String body = "{'spec':{'boundObjectRef':%s}}".formatted(bound).replace('\'', '"');
        return issuer.issue(Actor.node(node), new RequestToken(ACCOUNT, Json.of(body)));
    }
}
