package io.shiplog.docker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.home.Kubeconfig;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientConfigTest {
    @TempDir
    private Path folder;

    private ClusterPki pki;

    @BeforeEach
    void keys() {
        pki = ClusterPki.open(folder.resolve("pki"), "test");
        pki.identify(Identity.admin());
    }

    private Path write(String file, String context, String server) throws IOException {
        Path path = folder.resolve(file);
        new Kubeconfig(
                        context,
                        server,
                        pki.authority(),
                        pki.certificate(Identity.admin()),
                        pki.key(Identity.admin()),
                        "the-token")
                .write(path);
        return path;
    }

    private static Map<String, String> kubeconfig(Path... files) {
        return Map.of(
                "KUBECONFIG",
                String.join(
                        File.pathSeparator,
                        java.util.Arrays.stream(files).map(Path::toString).toList()));
    }

    @Test
    void theCurrentContextSaysServerUserAndNamespace() throws IOException {
        Path file = write("one", "prod", "https://prod:6443/");

        ClientConfig config = ClientConfig.of(null, null, kubeconfig(file));

        assertEquals("prod", config.context());
        assertEquals("https://prod:6443", config.server());
        assertEquals("Bearer the-token", config.authorization());
        assertEquals("default", config.namespace());
        assertFalse(config.toString().contains("the-token"));
    }

    @Test
    void filesAreMergedAndTheFirstCounts() throws IOException {
        Path first = write("first", "one", "https://one");
        Path second = write("second", "two", "https://two");
        Path missing = folder.resolve("missing");

        Map<String, String> both = kubeconfig(missing, first, second);

        assertEquals("https://one", ClientConfig.of(null, null, both).server());
        assertEquals("https://two", ClientConfig.of(null, "two", both).server());
        assertEquals(
                "https://two", ClientConfig.of(second, null, both).server(), "--kubeconfig goes before the variable");
    }

    @Test
    void filesNamedInAKubeconfigAreRelativeToIt() throws IOException {
        Files.writeString(folder.resolve("token"), "from-a-file\n");
        Path file = Files.writeString(folder.resolve("relative"), """
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u, namespace: shop}}]
                clusters: [{name: k, cluster: {server: "https://k", certificate-authority: pki/ca.crt}}]
                users: [{name: u, user: {tokenFile: token, client-certificate: pki/admin.crt, client-key: pki/admin.key}}]
                """);

        ClientConfig config = ClientConfig.of(file, null, Map.of());

        assertEquals("Bearer from-a-file", config.authorization());
        assertEquals("shop", config.namespace());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current-context: '' | no cluster: the kubeconfig has no current context. Create one with './shiplog up', or give --context",
                "current-context: c | the kubeconfig has no context 'c'",
                "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}]} | the kubeconfig has no cluster 'k'",
                "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: {server: 'http://k'}}], users: [{name: u, user: {}}]} | the server of context 'c' is 'http://k': only https is supported",
                "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: {server: 'https://k'}}], users: [{name: u, user: {exec: {command: x}}}]} | credential plugins are not supported: use a context with a token or a client certificate",
                "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: {server: 'https://k', certificate-authority-data: '%%'}}], users: [{name: u, user: {}}]} | the kubeconfig's certificate-authority-data is not base64"
            })
    void whatIsMissingIsSaid(String yaml, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("broken"), yaml);

        ClientException refusal = assertThrows(ClientException.class, () -> ClientConfig.of(file, null, Map.of()));

        assertEquals(message, refusal.getMessage());
    }

    @Test
    void aFileAskedForByNameMustBeThere() {
        Path nowhere = folder.resolve("nowhere");

        ClientException refusal = assertThrows(ClientException.class, () -> ClientConfig.of(nowhere, null, Map.of()));

        assertEquals("cannot read the kubeconfig " + nowhere, refusal.getMessage());
    }
}
