package io.shiplog.command;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.shiplog.lawless.command.axon.MakesState;
import io.shiplog.lawless.command.decide.DrawsLots;
import io.shiplog.lawless.command.decide.ReadsFiles;
import io.shiplog.lawless.command.decide.ReadsTheClock;
import io.shiplog.lawless.command.decide.StartsThreads;
import io.shiplog.lawless.command.shard.KnowsRules;
import io.shiplog.lawless.command.shard.UsesAxon;
import io.shiplog.lawless.command.shard.UsesKafka;
import io.shiplog.lawless.command.shard.UsesSibling;
import io.shiplog.lawless.command.shard.UsesVertx;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of this module; and for each a class that breaks it, so that no law is a dead letter. */
class ArchitectureTest {
    private static final String[] PURE = {"..command.decide..", "..command.patch..", "..command.kind.."};
    private static final String[] RULES_AND_AXON = {"..command.decide..", "..command.axon.."};

    private static final Set<String> NOT_PURE = Set.of(
            "java.time.Clock",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.concurrent.ThreadLocalRandom",
            "java.security.SecureRandom",
            "java.lang.Thread",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "org.slf4j.Logger");

    private static final Set<String> NOT_PURE_CALLS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            "java.util.Collections.shuffle",
            "java.net.InetAddress.getByName",
            "java.net.InetAddress.getAllByName",
            "java.net.InetAddress.getLocalHost");

    static final ArchRule AXON = noClasses()
            .that()
            .resideOutsideOfPackage("..command.axon..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.axonframework..")
            .because("Axon stays a choice");

    static final ArchRule FOREIGN = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "io.vertx..", "com.github.dockerjava..")
            .because("those belong to the log, the gateway and the runner");

    static final ArchRule SIBLINGS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.shiplog.gateway..", "io.shiplog.node..", "io.shiplog.docker..")
            .because("siblings meet in the log, in CommandPort and in images");

    static final ArchRule PURITY = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(describe("read clocks, draw lots or do IO", ArchitectureTest::notPure))
            .orShould()
            .callMethodWhere(describe("it reads the clock or draws lots", ArchitectureTest::notPureCall))
            .because("what a decision needs is passed in");

    static final ArchRule RUNTIME = noClasses()
            .that()
            .resideInAPackage("..command.shard..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(RULES_AND_AXON))
            .because("the runtime is handed a function that decides");

    static final ArchRule EVOLUTION = noClasses()
            .should()
            .callConstructorWhere(describe(
                    "it makes an object's state",
                    call -> call.getTargetOwner().getSimpleName().equals("StoredObject")))
            .because("evolve alone makes state, in projections");

    private static boolean notPure(JavaClass each) {
        String name = each.getName();
        return NOT_PURE.contains(name)
                || name.startsWith("java.nio.file.")
                || name.startsWith("java.nio.channels.")
                || (name.startsWith("java.net.") && !name.contains("Inet") && !name.startsWith("java.net.URI"))
                || name.startsWith("java.io.File");
    }

    private static boolean notPureCall(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        return (owner.startsWith("java.time.") && call.getName().equals("now"))
                || NOT_PURE_CALLS.contains(owner + "." + call.getName());
    }

    private static JavaClasses module() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.shiplog.command");
    }

    @Test
    void theModuleKeepsItsLaws() {
        JavaClasses module = module();
        assertTrue(module.contain("io.shiplog.command.CommandSide"));
        for (ArchRule law : new ArchRule[] {AXON, FOREIGN, SIBLINGS, PURITY, RUNTIME, EVOLUTION}) {
            law.check(module);
        }
    }

    static Stream<Arguments> breaches() {
        return Stream.of(
                Arguments.of(AXON, UsesAxon.class),
                Arguments.of(FOREIGN, UsesKafka.class),
                Arguments.of(FOREIGN, UsesVertx.class),
                Arguments.of(SIBLINGS, UsesSibling.class),
                Arguments.of(PURITY, ReadsTheClock.class),
                Arguments.of(PURITY, DrawsLots.class),
                Arguments.of(PURITY, ReadsFiles.class),
                Arguments.of(PURITY, StartsThreads.class),
                Arguments.of(RUNTIME, KnowsRules.class),
                Arguments.of(EVOLUTION, MakesState.class));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void aClassThatBreaksALawIsFound(ArchRule law, Class<?> breaker) {
        EvaluationResult result = law.evaluate(new ClassFileImporter().importClasses(breaker));

        assertTrue(result.hasViolation(), () -> breaker + " should break: " + law.getDescription());
        assertFalse(result.getFailureReport().getDetails().isEmpty());
    }
}
