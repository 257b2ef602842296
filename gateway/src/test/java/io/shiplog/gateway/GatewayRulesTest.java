package io.shiplog.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.shiplog.gateway.violations.VerbWithCredentials;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dependencies within the gateway. Each rule is shown to fail on a class that breaks it. */
class GatewayRulesTest {
    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.shiplog.gateway");

    private static final String ROOT = "io.shiplog.gateway.";

    private static ArchRule none(String description, String[] in, String... of) {
        return noClasses()
                .that()
                .resideInAnyPackage(in)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(of)
                .as(description);
    }

    private static ArchRule room(String description, String library, String room) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .as(description);
    }

    private static final ArchRule VERBS_SEE_NO_CREDENTIALS = none(
            "verbs never look at credentials",
            new String[] {ROOT + "read..", ROOT + "write..", ROOT + "view..", ROOT + "select..", ROOT + "violations.."},
            ROOT + "identity..");

    @TestFactory
    Stream<DynamicTest> theRulesHold() {
        return Stream.of(
                        VERBS_SEE_NO_CREDENTIALS,
                        none(
                                "selectors and views are pure: no Vert.x",
                                new String[] {
                                    ROOT + "select..", ROOT + "view..", ROOT + "outcome..", ROOT + "protobuf.."
                                },
                                "io.vertx..",
                                "io.netty.."),
                        none(
                                "the gateway decides nothing and reads no log",
                                new String[] {"io.shiplog.gateway", ROOT + "read..", ROOT + "write.."},
                                "io.shiplog.events.log.memory..",
                                "io.shiplog.events.log.kafka.."),
                        room("protobuf has its room", "com.google.protobuf..", ROOT + "protobuf.."),
                        room("tokens have their room", "com.nimbusds..", ROOT + "identity.."),
                        slices().matching("io.shiplog.gateway.(*)..").should().beFreeOfCycles())
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(GATEWAY)));
    }

    @Test
    void aBrokenRuleIsFound() {
        JavaClasses broken = new ClassFileImporter().importClasses(VerbWithCredentials.class);
        assertThrows(AssertionError.class, () -> VERBS_SEE_NO_CREDENTIALS.check(broken));
        assertThrows(
                AssertionError.class,
                () -> room("tokens", "io.shiplog.gateway.identity..", ROOT + "nowhere..")
                        .check(broken));
    }
}
