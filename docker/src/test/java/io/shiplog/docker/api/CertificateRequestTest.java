package io.shiplog.docker.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientConfig;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** From a request to a client certificate that the API takes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateRequestTest {
    private static final String PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    private ClusterInMemory cluster;
    private Path folder;
    private KeyPair pair;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        cluster = new ClusterInMemory(folder);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A request that also asks to be an authority. */
    private String request(String subject) throws Exception {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "jane.example.com")));
        return base64(pem(
                "CERTIFICATE REQUEST",
                new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), pair.getPublic())
                        .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                        .getEncoded()));
    }

    private void ask(String name, String subject, String more) throws Exception {
        cluster.create(
                PATH,
                ("{'metadata':{'name':'%s'},'spec':{'request':'%s','signerName':'kubernetes.io/kube-apiserver-client',"
                                + "'usages':['client auth']%s}}")
                        .formatted(name, request(subject), more));
    }

    /** As {@code kubectl certificate approve}. */
    private void approve(String name) {
        ObjectNode request = (ObjectNode) cluster.api().get(PATH + "/" + name);
        request.withObject("/status")
                .withArray("conditions")
                .addObject()
                .put("type", "Approved")
                .put("status", "True")
                .put("reason", "KubectlApprove")
                .put("message", "This CSR was approved by kubectl certificate approve.");
        cluster.api().send("PUT", PATH + "/" + name + "/approval", request);
    }

    private JsonNode await(String name, String field) {
        ObjectKey key =
                ObjectKey.clusterScoped(new ResourceType("certificates.k8s.io", "certificatesigningrequests"), name);
        cluster.awaitImage(image -> {
            var stored = image.get(key);
            return stored != null && !stored.json().tree().at(field).isMissingNode();
        });
        return cluster.api().get(PATH + "/" + name);
    }

    private String kubeconfig(byte[] certificate) throws Exception {
        String authority = base64(Files.readString(cluster.pki().authority()));
        return Files.writeString(folder.resolve("jane"), """
                {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                 "clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:%d","certificate-authority-data":"%s"}}],
                 "users":[{"name":"u","user":{"client-certificate-data":"%s","client-key-data":"%s"}}]}
                """.formatted(
                                cluster.port(),
                                authority,
                                Base64.getEncoder().encodeToString(certificate),
                                base64(pem("PRIVATE KEY", pair.getPrivate().getEncoded()))))
                .toString();
    }

    @Test
    void anApprovedRequestBecomesACertificateThatTheApiTakes() throws Exception {
        ask("jane", "CN=jane,O=shop", ",'expirationSeconds':3600");
        approve("jane");
        JsonNode status = await("jane", "/status/certificate").path("status");
        byte[] pem = Base64.getDecoder().decode(status.path("certificate").asText());

        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        assertEquals(-1, certificate.getBasicConstraints(), "no authority, whatever the request asks for");
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(
                "[[2, jane.example.com]]",
                certificate.getSubjectAlternativeNames().toString());
        Duration left =
                Duration.between(Instant.now(), certificate.getNotAfter().toInstant());
        assertTrue(
                left.compareTo(Duration.ofHours(1)) <= 0 && left.compareTo(Duration.ofMinutes(55)) > 0, left::toString);

        try (KubeApi jane = new KubeApi(ClientConfig.of(Path.of(kubeconfig(pem)), null, Map.of()))) {
            JsonNode self = jane.post(
                    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                    io.shiplog.events.json.Json.MAPPER.createObjectNode());
            assertEquals("jane", self.at("/status/userInfo/username").asText());
            assertEquals("shop", self.at("/status/userInfo/groups/0").asText());
            assertThrows(ClientException.class, () -> jane.get("/api/v1/nodes"));
            cluster.create(
                    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                    "{'metadata':{'name':'shop-views'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
                            + "'name':'view'},'subjects':[{'kind':'Group','name':'shop','apiGroup':'rbac.authorization.k8s.io'}]}");
            assertEquals(
                    "ConfigMapList", jane.get("/api/v1/configmaps").path("kind").asText());
        }
    }

    @Test
    void anApprovedRequestThatBreaksTheRulesFails() throws Exception {
        cluster.create(
                PATH,
                ("{'metadata':{'name':'kubelet'},'spec':{'request':'%s','signerName':'kubernetes.io/kubelet-serving',"
                                + "'usages':['server auth']}}")
                        .formatted(request("CN=jane,O=shop")));
        approve("kubelet");
        JsonNode failed = await("kubelet", "/status/conditions/1").at("/status/conditions/1");

        assertEquals("Failed", failed.path("type").asText());
        assertEquals("SignerValidationFailure", failed.path("reason").asText());
        assertEquals(
                "subject organization is not system:nodes",
                failed.path("message").asText());
    }

    @Test
    void mastersAreRefused() {
        assertThrows(ClientException.class, () -> ask("root", "CN=root+O=system:masters", ""));
    }
}
