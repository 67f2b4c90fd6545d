package io.lockstep.deploy;

import static io.lockstep.deploy.ProjectModule.AGENT;
import static io.lockstep.deploy.ProjectModule.CONTROLLER;
import static io.lockstep.deploy.ProjectModule.CORE;
import static io.lockstep.deploy.ProjectModule.PROTO;
import static io.lockstep.deploy.ProjectModule.ROOT;
import static io.lockstep.deploy.ProjectModule.SIMULATOR;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.lockstep.deploy.ModuleRules.KnownDependency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules of {@link ModuleRules} and {@link CorePurity}, on what was built. {@link RulesBiteTest} proves that they bite. */
class ModulesTest {

    static final List<KnownDependency> CLOSE_A_CYCLE = List.of(
            // A definition carries the token of its handover, and a handover its domain.
            new KnownDependency("io.lockstep.core.domain", "io.lockstep.core.handover.HandoverId"),
            // The table of volumes asks a port to follow links, and ports speak of volumes.
            new KnownDependency("io.lockstep.core.volume", "io.lockstep.core.port.Devices"));

    /** Each module is read once: the stubs alone are hundreds of classes. */
    private static final Map<ProjectModule, JavaClasses> BUILT = new EnumMap<>(ProjectModule.class);

    private static JavaClasses built(ProjectModule module) throws IOException {
        JavaClasses classes = BUILT.get(module);
        if (classes == null) {
            classes = module.classes(ROOT);
            BUILT.put(module, classes);
        }
        return classes;
    }

    @ParameterizedTest
    @EnumSource
    void the_classes_of_a_module_stay_in_its_package(ProjectModule module) throws IOException {
        ModuleRules.staysInItsPackage(module).check(built(module));
    }

    @ParameterizedTest
    @EnumSource
    void the_classes_of_a_module_use_only_the_modules_that_they_may(ProjectModule module) throws IOException {
        ModuleRules.usesOnlyTheModulesThatItMay(module).check(built(module));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"AGENT", "PROOF"})
    void nothing_uses_the_agent(ProjectModule module) throws IOException {
        ModuleRules.doesNotUse(AGENT).check(built(module));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"CONTROLLER", "PROOF"})
    void nothing_uses_the_controller(ProjectModule module) throws IOException {
        ModuleRules.doesNotUse(CONTROLLER).check(built(module));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"SIMULATOR", "PROOF"})
    void no_production_code_knows_the_simulator(ProjectModule module) throws IOException {
        ModuleRules.doesNotUse(SIMULATOR).check(built(module));
    }

    @ParameterizedTest
    @EnumSource(names = {"CORE", "HOOK", "LAB"})
    void core_hook_and_lab_use_the_jdk_alone(ProjectModule module) throws IOException {
        ModuleRules.usesOnlyTheJdk(module).check(built(module));
    }

    @Test
    void proto_uses_core_protobuf_and_grpc_alone() throws IOException {
        ModuleRules.protoUsesOnlyCoreProtobufAndGrpc().check(built(PROTO));
    }

    @Test
    void core_does_no_io_and_has_no_thread() throws IOException {
        CorePurity.usesOnlyTypesThatCompute().check(built(CORE));
    }

    @Test
    void core_has_no_clock_and_no_chance_of_its_own() throws IOException {
        CorePurity.asksNothingOfItsSurroundings().check(built(CORE));
    }

    @Test
    void the_packages_of_core_have_no_cycles_but_the_known_ones() throws IOException {
        ModuleRules.corePackagesHaveNoCycles(CLOSE_A_CYCLE).check(built(CORE));
    }

    @ParameterizedTest
    @FieldSource("CLOSE_A_CYCLE")
    void a_known_cycle_that_is_mended_must_leave_the_list(KnownDependency known) throws IOException {
        List<KnownDependency> others = new ArrayList<>(CLOSE_A_CYCLE);
        others.remove(known);

        assertThat(ModuleRules.corePackagesHaveNoCycles(others)
                        .evaluate(built(CORE))
                        .hasViolation())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void the_pom_of_a_module_declares_only_what_it_may(ProjectModule module) throws IOException {
        assertThat(ModuleRules.violations(module, module.pom(ROOT))).isEmpty();
    }

    @Test
    void the_parent_gives_no_module_code_to_run_with() throws IOException {
        assertThat(Pom.read(ROOT.resolve("pom.xml")).dependencies())
                .isNotEmpty()
                .allMatch(
                        d -> d.scope().equals("test") || d.scope().equals("provided"),
                        "only for tests and compilation");
    }

    @Test
    void this_module_only_tests_the_others() throws IOException {
        assertThat(Pom.read(ROOT.resolve("deploy/pom.xml")).dependencies())
                .isNotEmpty()
                .noneMatch(Pom.Dependency::isProduction);
    }

    @Test
    void every_module_of_the_project_is_in_the_table() throws IOException {
        Stream<String> table = Stream.of(ProjectModule.values()).map(ProjectModule::directory);

        assertThat(Pom.read(ROOT.resolve("pom.xml")).modules())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(table, Stream.of("deploy")).toList());
    }
}
