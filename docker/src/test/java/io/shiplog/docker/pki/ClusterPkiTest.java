package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterPkiTest {
    private static final Identity GATEWAY = Identity.gateway(List.of("localhost", "127.0.0.1"));

    @TempDir
    private Path folder;

    @Test
    void givenAnEmptyFolder_whenOpened_thenIdentitiesAreSignedByTheAuthority() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");

        pki.identify(GATEWAY);

        var certificate = Pem.certificate(pki.certificate(GATEWAY));
        certificate.verify(Pem.certificate(pki.authority()).getPublicKey());
        assertEquals("CN=kube-apiserver", certificate.getSubjectX500Principal().getName());
    }

    @Test
    void givenAGroupedIdentity_whenIssued_thenTheSubjectHoldsUserAndGroup() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");

        pki.identify(Identity.admin());

        assertEquals(
                "CN=kubernetes-admin,O=system:masters",
                Pem.certificate(pki.certificate(Identity.admin()))
                        .getSubjectX500Principal()
                        .getName());
    }

    @Test
    void givenKeys_whenOpenedAgain_thenNothingIsMadeAnew() throws Exception {
        ClusterPki.open(folder, "test").identify(GATEWAY);
        byte[] before = Files.readAllBytes(folder.resolve("apiserver.crt"));

        ClusterPki.open(folder, "test").identify(GATEWAY);

        assertArrayEquals(before, Files.readAllBytes(folder.resolve("apiserver.crt")));
    }

    @Test
    void givenACertificate_whenItsNamesNoLongerFit_thenItIsIssuedAnew() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        pki.identify(GATEWAY);

        pki.identify(Identity.gateway(List.of("localhost", "10.96.0.1")));

        var names = Pem.certificate(pki.certificate(GATEWAY)).getSubjectAlternativeNames();
        assertEquals(
                List.of("localhost", "10.96.0.1"),
                names.stream().map(n -> n.get(1)).toList());
    }

    @Test
    void aNodesCertificatesAreForOneUseEachAndForItsNameAlone() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        pki.identify(Identity.node("n1"));
        pki.identify(Identity.nodeServer("n1"));

        var client = Pem.certificate(pki.certificate(Identity.node("n1")));
        var server = Pem.certificate(pki.certificate(Identity.nodeServer("n1")));

        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), client.getExtendedKeyUsage(), "clientAuth");
        assertNull(client.getSubjectAlternativeNames());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), server.getExtendedKeyUsage(), "serverAuth");
        assertEquals(
                List.of("n1"),
                server.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1))
                        .toList());
    }

    @Test
    void aCertificateThatWasIssuedForMoreIsIssuedAgain() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        pki.identify(new Identity(
                "node-n1",
                "system:node:n1",
                List.of("system:nodes"),
                List.of("localhost", "127.0.0.1"),
                Identity.Use.BOTH));

        pki.identify(Identity.node("n1"));

        assertNull(Pem.certificate(pki.certificate(Identity.node("n1"))).getSubjectAlternativeNames());
    }

    /** Clients exist that take every key in a kubeconfig for one of RSA. */
    @Test
    void theAdminsKeyIsRsaAlsoInAHomeThatHadAnother() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        pki.identify(Identity.admin());
        pki.identify(Identity.node("n1"));
        Path node = pki.certificate(Identity.node("n1"));
        assertEquals("EC", Pem.certificate(node).getPublicKey().getAlgorithm());
        Path admin = pki.certificate(Identity.admin());
        assertEquals("RSA", Pem.certificate(admin).getPublicKey().getAlgorithm());

        Files.copy(node, admin, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pki.key(Identity.node("n1")), pki.key(Identity.admin()), StandardCopyOption.REPLACE_EXISTING);
        pki.identify(Identity.admin());

        assertEquals("RSA", Pem.certificate(admin).getPublicKey().getAlgorithm());
    }

    @ParameterizedTest
    @MethodSource
    void noNodesCertificatePassesForTheApi(Identity node) throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        HttpsServer posing = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 1);
        posing.setHttpsConfigurator(new HttpsConfigurator(pki.identify(node)));
        posing.createContext("/", exchange -> exchange.sendResponseHeaders(200, -1));
        posing.start();
        try (HttpClient kubectl = HttpClient.newBuilder()
                .sslContext(pki.identify(Identity.admin()))
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(
                            "https://127.0.0.1:" + posing.getAddress().getPort() + "/api"))
                    .build();

            assertThrows(IOException.class, () -> kubectl.send(request, BodyHandlers.discarding()));
        } finally {
            posing.stop(0);
        }
    }

    static List<Identity> noNodesCertificatePassesForTheApi() {
        return List.of(Identity.node("n1"), Identity.nodeServer("n1"));
    }

    @Test
    void whenATokenIsSigned_thenThePublicKeyProvesIt() throws Exception {
        ClusterPki pki = ClusterPki.open(folder, "test");
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pki.signingKey());
        signer.update((byte) 1);
        byte[] signature = signer.sign();

        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(pki.signingPublicKey());
        verifier.update((byte) 2);

        assertFalse(verifier.verify(signature), "another text must not pass");
    }

    @Test
    void thePrivateKeysAreForTheirOwnerAlone() throws Exception {
        ClusterPki.open(folder, "test");

        for (String file : List.of("ca.key", "sa.key", "admin.token")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))),
                    file);
        }
    }

    @Test
    void givenHalfOfAPair_whenOpened_thenItIsRefusedAndNothingIsMade() throws Exception {
        for (String lost : List.of("ca.key", "ca.crt", "sa.key", "sa.pub")) {
            Path pki = folder.resolve("without-" + lost);
            ClusterPki.open(pki, "test");
            Files.delete(pki.resolve(lost));

            var error = assertThrows(IllegalStateException.class, () -> ClusterPki.open(pki, "test"), lost);

            assertEquals(true, String.valueOf(error.getMessage()).contains(lost), error.getMessage());
            assertEquals(true, Files.notExists(pki.resolve(lost)), lost);
        }
    }

    @Test
    void givenAFileInTheFoldersPlace_whenOpened_thenTheErrorNamesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "");

        var error = assertThrows(UncheckedIOException.class, () -> ClusterPki.open(file, "test"));

        assertEquals(true, String.valueOf(error.getMessage()).contains(file.toString()));
    }
}
