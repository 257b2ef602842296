package io.shiplog.docker.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void givenAFileInTheFoldersPlace_whenOpened_thenTheErrorNamesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "");

        var error = assertThrows(UncheckedIOException.class, () -> ClusterPki.open(file, "test"));

        assertEquals(true, String.valueOf(error.getMessage()).contains(file.toString()));
    }
}
