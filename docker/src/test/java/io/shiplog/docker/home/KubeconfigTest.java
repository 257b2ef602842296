package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private Path pem = Path.of("");

    @BeforeEach
    void files() throws IOException {
        file = folder.resolve("config");
        pem = Files.writeString(folder.resolve("some.pem"), "pem");
    }

    private Kubeconfig config(String name) throws IOException {
        return new Kubeconfig(name, "https://127.0.0.1:6443", pem, pem, pem, "secret");
    }

    private JsonNode read() throws IOException {
        return new YAMLMapper().readTree(Files.readString(file));
    }

    @Test
    void givenNoFile_whenMerged_thenItHoldsTheContextAlone() throws IOException {
        config("shiplog").mergeInto(file);

        assertEquals("shiplog", read().path("current-context").asText());
        assertEquals(
                "https://127.0.0.1:6443",
                read().at("/clusters/0/cluster/server").asText());
        assertEquals("secret", read().at("/users/0/user/token").asText());
    }

    @Test
    void givenAnotherCluster_whenMerged_thenBothAreThere() throws IOException {
        Files.writeString(
                file,
                "clusters: [{name: prod, cluster: {server: 'https://prod'}}]\nusers: []\npreferences: {colors: true}\n");

        config("shiplog").mergeInto(file);

        assertEquals(2, read().path("clusters").size());
        assertTrue(read().at("/preferences/colors").asBoolean());
    }

    @Test
    void givenTheContext_whenMergedAgain_thenItIsThereOnce() throws IOException {
        config("shiplog").mergeInto(file);

        config("shiplog").mergeInto(file);

        assertEquals(1, read().path("contexts").size());
    }

    @Test
    void givenTwoClusters_whenOneIsRemoved_thenTheOtherStays() throws IOException {
        config("prod").mergeInto(file);
        config("shiplog").mergeInto(file);

        Kubeconfig.removeFrom(file, "shiplog");

        assertEquals("prod", read().at("/contexts/0/name").asText());
        assertEquals(1, read().path("users").size());
        assertEquals("", read().path("current-context").asText());
    }

    @Test
    void givenNoFile_whenRemoved_thenNoneIsMade() throws IOException {
        Kubeconfig.removeFrom(file, "shiplog");

        assertFalse(Files.exists(file));
    }

    @Test
    void givenAFileThatIsNoKubeconfig_whenMerged_thenItIsRefusedAndKept() throws IOException {
        Files.writeString(file, "- a\n- b\n");

        assertThrows(IOException.class, () -> config("shiplog").mergeInto(file));

        assertEquals("- a\n- b\n", Files.readString(file));
    }
}
