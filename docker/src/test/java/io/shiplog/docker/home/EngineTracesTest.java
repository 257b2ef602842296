package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code down} removes of an engine that {@code up} started, in a network namespace with the rules that Docker 20.10 makes.
 * Needs root, nft and unshare.
 */
class EngineTracesTest {
    /** As {@code nft list} shows them after the engine has stopped. */
    private static final String OF_DOCKER = """
            table ip filter {
              chain DOCKER {
              }
              chain DOCKER-ISOLATION-STAGE-2 {
                oifname "docker0" counter packets 0 bytes 0 drop
                counter packets 0 bytes 0 return
              }
              chain DOCKER-ISOLATION-STAGE-1 {
                iifname "docker0" oifname != "docker0" counter packets 0 bytes 0 jump DOCKER-ISOLATION-STAGE-2
                counter packets 0 bytes 0 return
              }
              chain DOCKER-USER {
                counter packets 0 bytes 0 return
              }
              chain FORWARD {
                type filter hook forward priority filter; policy drop;
                counter packets 0 bytes 0 jump DOCKER-USER
                counter packets 0 bytes 0 jump DOCKER-ISOLATION-STAGE-1
                oifname "docker0" ct state related,established counter packets 0 bytes 0 accept
                oifname "docker0" counter packets 0 bytes 0 jump DOCKER
                iifname "docker0" oifname != "docker0" counter packets 0 bytes 0 accept
              }
            }
            table ip nat {
              chain DOCKER {
                iifname "docker0" counter packets 0 bytes 0 return
              }
              chain POSTROUTING {
                type nat hook postrouting priority srcnat; policy accept;
                oifname != "docker0" ip saddr 172.17.0.0/16 counter packets 0 bytes 0 masquerade
              }
              chain PREROUTING {
                type nat hook prerouting priority dstnat; policy accept;
                fib daddr type local counter packets 0 bytes 0 jump DOCKER
              }
            }
            """;

    private static final String A_RULE = "nft add rule ip filter FORWARD iifname eth9 counter accept\n";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void needsRoot() throws IOException {
        assumeTrue(run("unshare -n nft list tables").equals(""), "no root, no nft or no unshare");
        Files.writeString(folder.resolve("docker.nft"), OF_DOCKER);
    }

    /**
     * The rules and links when the engine has come and gone.
     *
     * @param before commands before the engine starts
     * @param meanwhile commands while it runs
     */
    private static String afterAnEngine(String before, String meanwhile) throws IOException {
        Path traces = Path.of("src/main/launcher/engine-traces").toAbsolutePath();
        Path script = Files.writeString(folder.resolve("script"), """
                set -e
                ip link set lo up
                %s
                %s before >noted
                [ -n "$OTHER" ] || nft -f docker.nft
                ip link add docker0 type bridge
                %s
                %s after noted
                nft list ruleset
                ip -br link show | cut -d' ' -f1
                """.formatted(before, traces, meanwhile, traces));
        return run("cd " + folder + " && unshare -n bash " + script);
    }

    private static String run(String command) {
        try {
            Process process = new ProcessBuilder("bash", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(30, TimeUnit.SECONDS);
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsLeftOfAnEngineOnAMachineWithoutRules() throws IOException {
        assertEquals("lo\n", afterAnEngine("", ""));
    }

    @Test
    void otherTablesStay() throws IOException {
        assertEquals("table ip mine {\n}\nlo\n", afterAnEngine("nft add table ip mine", ""));
    }

    @Test
    void aTableWithAnotherRuleStaysWithoutThoseOfDockerAndForwards() throws IOException {
        String left = afterAnEngine("", A_RULE);

        assertTrue(left.contains("iifname \"eth9\"") && left.contains("policy accept"), left);
        assertFalse(left.contains("DOCKER") || left.contains("docker0") || left.contains("table ip nat"), left);
    }

    @Test
    void rulesOfUsersInDockersChainStay() throws IOException {
        String left = afterAnEngine("", "nft insert rule ip filter DOCKER-USER iifname eth9 counter drop");

        assertTrue(left.contains("jump DOCKER-USER") && left.contains("iifname \"eth9\""), left);
        assertFalse(left.contains("ISOLATION") || left.contains("docker0"), left);
    }

    @Test
    void aTableThatWasThereBeforeStays() throws IOException {
        String left = afterAnEngine("nft add table ip filter", "");

        assertTrue(left.contains("table ip filter") && left.contains("policy accept"), left);
        assertFalse(left.contains("DOCKER") || left.contains("table ip nat"), left);
    }

    /** Another engine had run here before: its rules are its own, as long as they exist. */
    @Test
    void theRulesOfAnotherEngineStay() throws IOException {
        String before = "nft -f docker.nft; ip link add br0 type bridge; OTHER=1";

        String left = afterAnEngine(before, "");

        assertTrue(left.contains("jump DOCKER-ISOLATION-STAGE-1") && left.contains("policy drop"), left);
        assertTrue(left.contains("br0"), left);
    }
}
