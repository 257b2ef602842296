package io.shiplog.docker.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.shiplog.docker.architecture.violations.cycle.back.Back;
import io.shiplog.docker.architecture.violations.cycle.there.There;
import io.shiplog.docker.architecture.violations.pure.KafkaInPurePackage;
import io.shiplog.docker.architecture.violations.upward.UpwardArrow;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The arrows: events ← projections ← { command-side | gateway | node-runner } ← docker. Each rule is shown to fail on a class
 * that breaks it.
 */
class ModuleArrowsTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.shiplog");

    private static ArchRule arrow(String from, String... to) {
        return noClasses()
                .that()
                .resideInAnyPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to);
    }

    private static final String EVENTS = "io.shiplog.events..";
    private static final String PROJECTIONS = "io.shiplog.projections..";
    private static final String COMMAND = "io.shiplog.command..";
    private static final String GATEWAY = "io.shiplog.gateway..";
    private static final String NODE = "io.shiplog.node..";
    private static final String DOCKER = "io.shiplog.docker..";

    @TestFactory
    Stream<DynamicTest> theArrowsRunOneWay() {
        return Stream.of(
                        arrow(EVENTS, PROJECTIONS, COMMAND, GATEWAY, NODE, DOCKER),
                        arrow(PROJECTIONS, COMMAND, GATEWAY, NODE, DOCKER),
                        arrow(COMMAND, GATEWAY, NODE, DOCKER),
                        arrow(GATEWAY, COMMAND, NODE, DOCKER),
                        arrow(NODE, COMMAND, GATEWAY, DOCKER))
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(ALL)));
    }

    /** To read a package, one needs to know only those that it depends on. */
    private static final ArchRule NO_CYCLES =
            slices().matching("io.shiplog.(**)").should().beFreeOfCycles();

    @Test
    void packagesHaveNoCycles() {
        NO_CYCLES.check(ALL);
    }

    @TestFactory
    Stream<DynamicTest> eachLibraryHasItsRoom() {
        return rooms().map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(ALL)));
    }

    private static Stream<ArchRule> rooms() {
        return Stream.of(
                room(
                        "org.apache.kafka..",
                        "io.shiplog.events.log.kafka..",
                        "io.shiplog.events.seal.kafka..",
                        "io.shiplog.projections.kafka..",
                        DOCKER),
                room("io.vertx..", GATEWAY, DOCKER),
                room("io.netty..", GATEWAY, "io.shiplog.node.probe..", "io.shiplog.node.stream..", DOCKER),
                room("com.github.dockerjava..", NODE, DOCKER),
                room("org.axonframework..", "io.shiplog.command.axon.."),
                room("org.bouncycastle..", "io.shiplog.command.kind.certificates..", "io.shiplog.docker.pki.."),
                room("picocli..", DOCKER));
    }

    /** Only these packages may use the library. */
    private static ArchRule room(String library, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library);
    }

    @TestFactory
    Stream<DynamicTest> theRulesCanFail() {
        JavaClasses sibling = new ClassFileImporter().importClasses(UpwardArrow.class);
        JavaClasses cycle = new ClassFileImporter().importClasses(There.class, Back.class);
        JavaClasses kafka = new ClassFileImporter().importClasses(KafkaInPurePackage.class);
        String violations = "io.shiplog.docker.architecture.violations..";
        return Stream.of(
                DynamicTest.dynamicTest(
                        "an arrow against the stream is found",
                        () -> assertThrows(
                                AssertionError.class,
                                () -> arrow(violations, PROJECTIONS).check(sibling))),
                DynamicTest.dynamicTest(
                        "a cycle of packages is found",
                        () -> assertThrows(AssertionError.class, () -> NO_CYCLES.check(cycle))),
                DynamicTest.dynamicTest(
                        "Kafka outside its rooms is found",
                        () -> assertThrows(
                                AssertionError.class,
                                () -> room("org.apache.kafka..", EVENTS).check(kafka))));
    }
}
