package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import io.shiplog.events.json.Json;
import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.access.RbacAuthorizer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in as whom, judged by RBAC. */
class IdentityTest extends ClusterTest {
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    @Override
    Authorizer authorizer() {
        return new RbacAuthorizer();
    }

    private static String who(Api api) {
        Api.Answer answer = api.post(WHO, "{}").is(201);
        return answer.at("status.userInfo.username") + " " + answer.at("status.userInfo.groups");
    }

    /** The permissions of all authenticated users, from the cluster's bootstrap. */
    private void everybodyMayAskAboutThemselves() {
        admin.post(RBAC + "/clusterroles", """
                {"metadata":{"name":"system:basic-user"},"rules":[{"verbs":["create"],
                 "apiGroups":["authorization.k8s.io","authentication.k8s.io"],
                 "resources":["selfsubjectaccessreviews","selfsubjectrulesreviews","selfsubjectreviews"]}]}""").is(201);
        admin.post(RBAC + "/clusterrolebindings", """
                {"metadata":{"name":"system:basic-user"},"roleRef":{"kind":"ClusterRole","name":"system:basic-user"},
                 "subjects":[{"kind":"Group","name":"system:authenticated"}]}""").is(201);
    }

    private void mayRead(String namespace, String account) {
        admin.post(RBAC + "/namespaces/%s/roles".formatted(namespace), """
                {"metadata":{"name":"reader"},"rules":[{"verbs":["get","list","watch"],"apiGroups":[""],"resources":["configmaps"]}]}""").is(201);
        admin.post(RBAC + "/namespaces/%s/rolebindings".formatted(namespace), """
                {"metadata":{"name":"reader"},"roleRef":{"kind":"Role","name":"reader"},
                 "subjects":[{"kind":"ServiceAccount","name":"%s","namespace":"%s"}]}""".formatted(account, namespace))
                .is(201);
    }

    private void namespace(String name) {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"%s\"}}".formatted(name))
                .is(201);
    }

    private String serviceAccount(String namespace, String name) {
        return admin.post(
                        "/api/v1/namespaces/%s/serviceaccounts".formatted(namespace),
                        "{\"metadata\":{\"name\":\"%s\"}}".formatted(name))
                .is(201)
                .at("metadata.uid");
    }

    private String token(String namespace, String name, String uid, Consumer<ObjectNode> change) {
        return token(namespace, name, uid, change, cluster.tokenKey);
    }

    private static String token(String namespace, String name, String uid, Consumer<ObjectNode> change, KeyPair key) {
        ObjectNode claims = Json.MAPPER.createObjectNode();
        long now = Instant.now().getEpochSecond();
        claims.put("iss", ClusterInMemory.ISSUER);
        claims.put("sub", "system:serviceaccount:" + namespace + ":" + name);
        claims.putArray("aud").add(ClusterInMemory.AUDIENCE);
        claims.put("nbf", now - 60).put("iat", now - 60).put("exp", now + 600);
        ObjectNode kubernetes = claims.putObject("kubernetes.io");
        kubernetes.put("namespace", namespace);
        kubernetes.putObject("serviceaccount").put("name", name).put("uid", uid);
        change.accept(claims);
        try {
            JWSObject jws = new JWSObject(new JWSHeader(JWSAlgorithm.ES256), new Payload(claims.toString()));
            jws.sign(new ECDSASigner((ECPrivateKey) key.getPrivate()));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStaticTokenIsItsUserAndAuthenticated() {
        assertEquals("kubernetes-admin [\"system:masters\",\"system:authenticated\"]", who(admin));
    }

    @Test
    void aCertificateIsItsCommonNameAndItsOrganizations() {
        PemFiles identity = cluster.pki.issue("jane", "O=devs+O=system:masters,CN=jane");
        try (Api jane = Api.withCertificate(cluster, identity)) {
            String who = who(jane);
            assertTrue(who.startsWith("jane "), who);
            assertTrue(who.contains("\"devs\"") && who.contains("\"system:masters\""), who);
            jane.get("/api/v1/nodes").is(200);
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNoUse(@TempDir Path other) {
        PemFiles forged = new TestPki(other).issue("jane", "O=system:masters,CN=jane");
        try (Api jane = Api.withCertificate(cluster, forged)) {
            assertThrows(UncheckedIOException.class, () -> jane.get("/api/v1/nodes"));
        }
    }

    @Test
    void nobodyInParticularMayLookAtHealthAndVersionAlone() {
        try (Api nobody = Api.withToken(cluster, null)) {
            for (String open : new String[] {"/healthz", "/livez", "/readyz", "/livez/ping", "/version"}) {
                nobody.get(open).is(200);
            }
            nobody.get("/api/v1/namespaces/shop/configmaps/a")
                    .refuses(
                            403,
                            "Forbidden",
                            "configmaps \"a\" is forbidden: User \"system:anonymous\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"shop\"");
            nobody.get("/apis/apps/v1/deployments")
                    .refuses(
                            403,
                            "Forbidden",
                            "deployments.apps is forbidden: User \"system:anonymous\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope");
            nobody.get("/api/v1/namespaces/shop/pods/web/log")
                    .refuses(
                            403,
                            "Forbidden",
                            "pods \"web\" is forbidden: User \"system:anonymous\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"shop\"");
            nobody.get("/apis")
                    .refuses(403, "Forbidden", "forbidden: User \"system:anonymous\" cannot get path \"/apis\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", "a.b.c", ""})
    void aTokenThatIsNoGoodIsUnauthorized(String token) {
        try (Api stranger = Api.withToken(cluster, token)) {
            Api.Answer answer = stranger.get("/version").refuses(401, "Unauthorized", "Unauthorized");
            assertTrue(answer.header("www-authenticate").startsWith("Bearer"));
        }
        try (Api basic = Api.withToken(cluster, null)) {
            basic.get("/version", "Authorization", "Basic YTpi").is(401);
        }
    }

    @Test
    void aServiceAccountReadsItsNamespaceAndNothingOfAnother() {
        namespace("shop");
        String uid = serviceAccount("shop", "web");
        mayRead("shop", "web");
        configMap("a", "");
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            web.get(CONFIG_MAPS + "/a").is(200);
            web.get(CONFIG_MAPS).is(200);
            web.get("/api/v1/configmaps").is(403);
            web.get("/api/v1/namespaces/bank/configmaps").is(403);
            web.get("/api/v1/namespaces/bank/configmaps?watch=true").is(403);
            web.get("/at/1/api/v1/namespaces/bank/configmaps").is(403);
            web.get("/at/4" + CONFIG_MAPS).is(200);
            web.post(CONFIG_MAPS, "{}").is(403);
            web.delete(CONFIG_MAPS, "").is(403);
        }
    }

    @Test
    void permissionToThePastIsAskedOfToday() {
        namespace("shop");
        String uid = serviceAccount("shop", "web");
        mayRead("shop", "web");
        long then = cluster.images.current().revision("events");
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            web.get("/at/" + then + CONFIG_MAPS).is(200);
            admin.delete(RBAC + "/namespaces/shop/rolebindings/reader", "").is(200);
            web.get("/at/" + then + CONFIG_MAPS).is(403);
        }
    }

    @Test
    void aTokenDiesWithWhatItIsBoundTo() {
        everybodyMayAskAboutThemselves();
        String uid = serviceAccount("shop", "web");
        String podUid = admin.post("/api/v1/namespaces/shop/pods", "{\"metadata\":{\"name\":\"p\"}}")
                .at("metadata.uid");
        String bound = token(
                "shop",
                "web",
                uid,
                claims -> ((ObjectNode) claims.path("kubernetes.io"))
                        .putObject("pod")
                        .put("name", "p")
                        .put("uid", podUid));
        try (Api pod = Api.withToken(cluster, bound);
                Api free = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            assertEquals(
                    "system:serviceaccount:shop:web [\"system:serviceaccounts\",\"system:serviceaccounts:shop\",\"system:authenticated\"]",
                    who(pod));
            admin.delete("/api/v1/namespaces/shop/pods/p", "").is(200);
            pod.get("/version").is(401);
            free.get("/version").is(200);
            admin.delete("/api/v1/namespaces/shop/serviceaccounts/web", "").is(200);
            free.get("/version").is(401);
            serviceAccount("shop", "web");
            free.get("/version").is(401);
        }
    }

    @Test
    void aTokenEndsAMinuteAfterTheDeletionOfItsAccountBegan() {
        String uid = serviceAccount("shop", "web");
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            deletionBegan(30);
            web.get("/version").is(200);
            deletionBegan(61);
            web.get("/version").is(401);
        }
    }

    private void deletionBegan(int secondsAgo) {
        admin.patch(
                        "/api/v1/namespaces/shop/serviceaccounts/web",
                        "application/merge-patch+json",
                        "{\"metadata\":{\"deletionTimestamp\":\"%s\"}}"
                                .formatted(Instant.now().minusSeconds(secondsAgo)))
                .is(200);
    }

    @Test
    void aTokenWithOneClaimWrongIsNoGood() {
        String uid = serviceAccount("shop", "web");
        long now = Instant.now().getEpochSecond();
        for (String token : new String[] {
            token("shop", "web", uid, claims -> claims.put("exp", now - 1)),
            token("shop", "web", uid, claims -> claims.remove("exp")),
            token("shop", "web", uid, claims -> claims.put("nbf", now + 600)),
            token("shop", "web", uid, claims -> claims.put("iss", "https://elsewhere")),
            token("shop", "web", uid, claims -> claims.putArray("aud").add("vault")),
            token("shop", "web", uid, claims -> claims.put("sub", "system:serviceaccount:kube-system:root")),
            token("shop", "web", "other-uid", claims -> {}),
            token("shop", "web", uid, claims -> {}, TestPki.keyPair()),
            unsigned(token("shop", "web", uid, claims -> {})),
            signedWithThePublicKey(token("shop", "web", uid, claims -> {})),
        }) {
            try (Api api = Api.withToken(cluster, token)) {
                api.get("/version").is(401);
            }
        }
    }

    private static String unsigned(String token) {
        String header = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return header + "." + token.split("\\.")[1] + ".";
    }

    /** The classic: the server's public key taken for a shared secret. */
    private String signedWithThePublicKey(String token) {
        try {
            JWSObject jws = new JWSObject(
                    new JWSHeader(JWSAlgorithm.HS256), JWSObject.parse(token).getPayload());
            jws.sign(new MACSigner(cluster.tokenKey.getPublic().getEncoded()));
            return jws.serialize();
        } catch (JOSEException | java.text.ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoMayImpersonateActsAsTheOther() {
        everybodyMayAskAboutThemselves();
        Api.Answer jane = admin.post(
                        WHO, "{}", "Impersonate-User", "jane", "Impersonate-Group", "devs", "Impersonate-Group", "ops")
                .is(201);
        assertEquals("jane", jane.at("status.userInfo.username"));
        assertEquals("[\"devs\",\"ops\",\"system:authenticated\"]", jane.at("status.userInfo.groups"));
        Api.Answer account = admin.post(WHO, "{}", "Impersonate-User", "system:serviceaccount:shop:web")
                .is(201);
        assertEquals(
                "[\"system:serviceaccounts\",\"system:serviceaccounts:shop\",\"system:authenticated\"]",
                account.at("status.userInfo.groups"));
        admin.get("/api/v1/nodes", "Impersonate-User", "jane").is(403);
        admin.get("/api/v1/nodes", "Impersonate-Group", "devs")
                .refuses(
                        400,
                        "BadRequest",
                        "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"devs\"}, Extra:map[string][]string(nil)}"
                                + " without impersonating a user name");
        admin.get("/api/v1/nodes", "Impersonate-Uid", "1", "Impersonate-Extra-Scopes", "a")
                .refuses(
                        400,
                        "BadRequest",
                        "requested &user.DefaultInfo{Name:\"\", UID:\"1\", Groups:[]string(nil),"
                                + " Extra:map[string][]string{\"scopes\":[]string{\"a\"}}} without impersonating a user name");
        admin.get("/api/v1/nodes", "Impersonate-User", "jane", "Impersonate-Uid", "1")
                .is(403);
        Api.Answer more = admin.post(
                        WHO,
                        "{}",
                        "Impersonate-User",
                        "jane",
                        "Impersonate-Uid",
                        "7",
                        "Impersonate-Extra-Acme.com%2fScope",
                        "a",
                        "Impersonate-Extra-Acme.com%2fScope",
                        "b")
                .is(201);
        assertEquals("7", more.at("status.userInfo.uid"));
        assertEquals("{\"acme.com/scope\":[\"a\",\"b\"]}", more.at("status.userInfo.extra"));
    }

    /** As go-oidc does: the configuration names the keys, and the key of a token's header verifies it. */
    @Test
    void othersFindOutHowToVerifyATokenIfTheyMay() throws Exception {
        String uid = serviceAccount("shop", "web");
        String token = token("shop", "web", uid, claims -> {});
        try (Api web = Api.withToken(cluster, token)) {
            web.get("/.well-known/openid-configuration").is(403);
            web.get("/openid/v1/jwks").is(403);
        }
        Api.Answer configuration =
                admin.get("/.well-known/openid-configuration").is(200);
        String issuer = configuration.at("issuer");
        assertEquals(issuer + "/openid/v1/jwks", configuration.at("jwks_uri"));
        assertEquals("[\"id_token\"]", configuration.at("response_types_supported"));
        com.nimbusds.jose.jwk.JWKSet keys = com.nimbusds.jose.jwk.JWKSet.parse(
                admin.get("/openid/v1/jwks").is(200).json().toString());
        com.nimbusds.jwt.SignedJWT signed = com.nimbusds.jwt.SignedJWT.parse(token);
        assertEquals(issuer, signed.getJWTClaimsSet().getIssuer());
        assertTrue(signed.verify(new com.nimbusds.jose.crypto.ECDSAVerifier(
                keys.getKeys().getFirst().toECKey())));
    }

    /** A uid and each value of an attribute need a permission of their own. */
    @Test
    void whoMayImpersonateAUserMayNotGiveItAUidOrAttributes() {
        everybodyMayAskAboutThemselves();
        String uid = serviceAccount("shop", "web");
        admin.post(RBAC + "/clusterroles", """
                {"metadata":{"name":"stand-in"},"rules":[{"apiGroups":[""],"resources":["users"],"verbs":["impersonate"]},
                {"apiGroups":["authentication.k8s.io"],"resources":["userextras/scope"],"resourceNames":["a"],"verbs":["impersonate"]}]}""").is(201);
        admin.post(RBAC + "/clusterrolebindings", """
                {"metadata":{"name":"stand-in"},"roleRef":{"kind":"ClusterRole","name":"stand-in"},
                "subjects":[{"kind":"ServiceAccount","namespace":"shop","name":"web"}]}""").is(201);
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            web.post(WHO, "{}", "Impersonate-User", "jane").is(201);
            web.post(WHO, "{}", "Impersonate-User", "jane", "Impersonate-Extra-Scope", "a")
                    .is(201);
            web.post(WHO, "{}", "Impersonate-User", "jane", "Impersonate-Extra-Scope", "b")
                    .is(403);
            web.post(WHO, "{}", "Impersonate-User", "jane", "Impersonate-Uid", "7")
                    .is(403);
        }
    }

    @Test
    void aSelfSubjectReviewNamesTheCredentialUnlessImpersonated() {
        everybodyMayAskAboutThemselves();
        String uid = serviceAccount("shop", "web");
        String token = token("shop", "web", uid, claims -> claims.put("jti", "the-token"));
        try (Api web = Api.withToken(cluster, token)) {
            Api.Answer self = web.post(WHO, "{}").is(201);
            assertEquals(uid, self.at("status.userInfo.uid"));
            assertEquals(
                    "{\"authentication.kubernetes.io/credential-id\":[\"JTI=the-token\"]}",
                    self.at("status.userInfo.extra"));
        }
        try (Api jane = Api.withCertificate(cluster, cluster.pki.issue("jane", "O=system:masters,CN=jane"))) {
            String self = jane.post(WHO, "{}").is(201).at("status.userInfo.extra");
            assertTrue(
                    self.matches("\\{\"authentication.kubernetes.io/credential-id\":\\[\"X509SHA256=[0-9a-f]{64}\"]}"),
                    self);
            JsonNode other = jane.post(WHO, "{}", "Impersonate-User", "jim")
                    .is(201)
                    .json()
                    .at("/status/userInfo");
            assertEquals("jim", other.path("username").asText());
            assertFalse(other.has("uid") || other.has("extra"), other.toString());
        }
        JsonNode admins = admin.post(WHO, "{}").is(201).json().at("/status/userInfo");
        assertFalse(admins.has("uid") || admins.has("extra"), admins.toString());
    }

    @Test
    void whoMayNotImpersonateDoesNot() {
        String uid = serviceAccount("shop", "web");
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            web.get("/api/v1/nodes", "Impersonate-User", "kubernetes-admin", "Impersonate-Group", "system:masters")
                    .refuses(
                            403,
                            "Forbidden",
                            "users \"kubernetes-admin\" is forbidden: User \"system:serviceaccount:shop:web\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
        }
    }

    /** Nothing of a review can be shown in a table. */
    @Test
    void aReviewThatIsWantedAsATableOnlyIsNotAcceptable() {
        String self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        String review = "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}";
        String table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        admin.send("POST", self, review, "Content-Type", "application/json", "Accept", table)
                .refuses(
                        406,
                        "NotAcceptable",
                        "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        admin.send("POST", self, review, "Content-Type", "application/json", "Accept", table + ",application/json")
                .is(201);
    }

    @Test
    void accessReviewsAnswerForOneselfAndForOthers() {
        everybodyMayAskAboutThemselves();
        String uid = serviceAccount("shop", "web");
        mayRead("shop", "web");
        String question =
                "{\"spec\":{%s\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"configmaps\",\"namespace\":\"%s\"}}}";
        try (Api web = Api.withToken(cluster, token("shop", "web", uid, claims -> {}))) {
            String self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            Api.Answer allowed = web.post(self, question.formatted("", "shop")).is(201);
            assertEquals("true", allowed.at("status.allowed"));
            assertTrue(allowed.at("status.reason").contains("reader"), allowed::text);
            assertEquals("shop", allowed.at("spec.resourceAttributes.namespace"));
            assertEquals("false", web.post(self, question.formatted("", "bank")).at("status.allowed"));
            web.post(self, "{\"spec\":{}}").is(422);
            web.post(self, "{").is(400);
            web.post(self, "{\"kind\":\"Pod\"}").is(400);
            web.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{}").is(403);
            Api.Answer rules = web.post(
                            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                            "{\"spec\":{\"namespace\":\"shop\"}}")
                    .is(201);
            assertTrue(rules.at("status.resourceRules").contains("configmaps"), rules::text);
        }
        String other = "\"user\":\"system:serviceaccount:shop:web\",";
        assertEquals(
                "true",
                admin.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", question.formatted(other, "shop"))
                        .is(201)
                        .at("status.allowed"));
        assertEquals(
                "true",
                admin.post(
                                "/apis/authorization.k8s.io/v1/namespaces/shop/localsubjectaccessreviews",
                                question.formatted(other, "shop"))
                        .is(201)
                        .at("status.allowed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "subjectaccessreviews | 'user':'a' | spec.resourceAttributes: Invalid value: null: exactly one of"
                        + " nonResourceAttributes or resourceAttributes must be specified",
                "subjectaccessreviews | 'resourceAttributes':{} | spec.user: Invalid value: \"\": at least one of user or group"
                        + " must be specified",
                "selfsubjectaccessreviews | 'resourceAttributes':{},'nonResourceAttributes':{'path':'/a'} |"
                        + " spec.nonResourceAttributes: Invalid value: {\"Path\":\"/a\",\"Verb\":\"\"}: cannot be specified in"
                        + " combination with resourceAttributes",
                "namespaces/shop/localsubjectaccessreviews | 'nonResourceAttributes':{} | [spec.user: Invalid value: \"\": at"
                        + " least one of user or group must be specified, spec.nonResourceAttributes: Invalid value:"
                        + " {\"Path\":\"\",\"Verb\":\"\"}: disallowed on this kind of request]",
            })
    void what_a_question_about_access_must_say(String where, String spec, String wrong) {
        admin.post("/apis/authorization.k8s.io/v1/" + where, "{\"spec\":{%s}}".formatted(spec.replace('\'', '"')))
                .refuses(422, "Invalid", ".authorization.k8s.io \"\" is invalid: " + wrong);
    }

    @Test
    void tokenReviewsSayWhoATokenIs() {
        String uid = serviceAccount("shop", "web");
        String review = "/apis/authentication.k8s.io/v1/tokenreviews";
        String vault =
                token("shop", "web", uid, claims -> claims.putArray("aud").add("vault"));
        Api.Answer good = admin.post(
                        review, "{\"spec\":{\"token\":\"%s\",\"audiences\":[\"vault\",\"x\"]}}".formatted(vault))
                .is(201);
        assertEquals("true", good.at("status.authenticated"));
        assertEquals("system:serviceaccount:shop:web", good.at("status.user.username"));
        assertEquals(uid, good.at("status.user.uid"));
        assertEquals("[\"vault\"]", good.at("status.audiences"));
        assertEquals(
                "",
                admin.post(review, "{\"spec\":{\"token\":\"%s\"}}".formatted(vault))
                        .is(201)
                        .at("status.authenticated"));
        assertEquals(
                "kubernetes-admin",
                admin.post(review, "{\"spec\":{\"token\":\"%s\"}}".formatted(ClusterInMemory.ADMIN_TOKEN))
                        .at("status.user.username"));
        admin.post(review, "{}").refuses(400, "BadRequest", "token is required for TokenReview in authentication");
    }

    private static final String TOKEN_SECRET = "/api/v1/namespaces/shop/secrets/web-token";

    /** As the controller of token Secrets makes it. */
    private String legacyToken(String uid, Consumer<ObjectNode> change) {
        String prefix = "kubernetes.io/serviceaccount/";
        return token("shop", "web", uid, claims -> {
            claims.retain("sub");
            claims.put("iss", "kubernetes/serviceaccount")
                    .put(prefix + "namespace", "shop")
                    .put(prefix + "secret.name", "web-token")
                    .put(prefix + "service-account.name", "web")
                    .put(prefix + "service-account.uid", uid);
            change.accept(claims);
        });
    }

    private void givenTokenSecret(String token) {
        String data = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
        admin.post("/api/v1/namespaces/shop/secrets", """
                {"metadata":{"name":"web-token","finalizers":["example.com/kept"],
                 "annotations":{"kubernetes.io/service-account.name":"web"}},
                 "type":"kubernetes.io/service-account-token","data":{"token":"%s"}}""".formatted(data)).is(201);
    }

    @Test
    void aTokenOutOfASecretIsGoodWhileTheSecretHoldsIt() {
        everybodyMayAskAboutThemselves();
        String uid = serviceAccount("shop", "web");
        String token = legacyToken(uid, claims -> {});
        try (Api web = Api.withToken(cluster, token)) {
            web.get("/version").is(401);
            givenTokenSecret(token);
            assertEquals(
                    "system:serviceaccount:shop:web [\"system:serviceaccounts\",\"system:serviceaccounts:shop\",\"system:authenticated\"]",
                    who(web));
            admin.patch(TOKEN_SECRET, "application/merge-patch+json", "{\"data\":{\"token\":\"b3RoZXI=\"}}")
                    .is(200);
            web.get("/version").is(401);
        }
    }

    @Test
    void aTokenOutOfASecretEndsOnceTheDeletionOfTheSecretBegins() {
        String token = legacyToken(serviceAccount("shop", "web"), claims -> {});
        givenTokenSecret(token);
        try (Api web = Api.withToken(cluster, token)) {
            web.get("/version").is(200);
            admin.patch(TOKEN_SECRET, "application/merge-patch+json", """
                            {"metadata":{"deletionTimestamp":"%s"}}""".formatted(
                                    Instant.now().plusSeconds(30)))
                    .is(200);
            web.get("/version").is(401);
        }
    }

    @Test
    void aTokenOutOfASecretEndsWithItsAccount() {
        String token = legacyToken(serviceAccount("shop", "web"), claims -> {});
        givenTokenSecret(token);
        try (Api web = Api.withToken(cluster, token)) {
            deletionBegan(0);
            web.get("/version").is(401);
            admin.delete("/api/v1/namespaces/shop/serviceaccounts/web", "").is(200);
            web.get("/version").is(401);
            serviceAccount("shop", "web");
            web.get("/version").is(401);
        }
    }

    @Test
    void aTokenOutOfASecretWithOneClaimWrongIsNoGood() {
        String uid = serviceAccount("shop", "web");
        String prefix = "kubernetes.io/serviceaccount/";
        for (String token : new String[] {
            legacyToken(uid, claims -> claims.put("sub", "system:serviceaccount:kube-system:root")),
            legacyToken(uid, claims -> claims.remove(prefix + "secret.name")),
            legacyToken(uid, claims -> claims.put(prefix + "service-account.uid", "other")),
            legacyToken(uid, claims -> claims.put("iss", "https://elsewhere"))
        }) {
            givenTokenSecret(token);
            try (Api web = Api.withToken(cluster, token)) {
                web.get("/version").is(401);
            }
            admin.patch(TOKEN_SECRET, "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}");
            admin.delete(TOKEN_SECRET, "").is(200);
        }
    }

    @Test
    void aTokenOutOfASecretIsMeantForTheApiServer() {
        String token = legacyToken(serviceAccount("shop", "web"), claims -> {});
        givenTokenSecret(token);
        String review = "/apis/authentication.k8s.io/v1/tokenreviews";
        Api.Answer good = admin.post(review, "{\"spec\":{\"token\":\"%s\"}}".formatted(token))
                .is(201);
        assertEquals("true", good.at("status.authenticated"));
        assertEquals("[\"%s\"]".formatted(ClusterInMemory.AUDIENCE), good.at("status.audiences"));
        assertEquals(
                "",
                admin.post(review, "{\"spec\":{\"token\":\"%s\",\"audiences\":[\"vault\"]}}".formatted(token))
                        .at("status.authenticated"));
    }
}
