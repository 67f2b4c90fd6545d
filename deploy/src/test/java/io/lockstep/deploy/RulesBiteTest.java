package io.lockstep.deploy;

import static io.lockstep.deploy.ProjectModule.AGENT;
import static io.lockstep.deploy.ProjectModule.CONTROLLER;
import static io.lockstep.deploy.ProjectModule.CORE;
import static io.lockstep.deploy.ProjectModule.HOOK;
import static io.lockstep.deploy.ProjectModule.PROTO;
import static io.lockstep.deploy.ProjectModule.SIMULATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.tngtech.archunit.lang.ArchRule;
import io.lockstep.deploy.ModuleRules.KnownDependency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of {@link ModulesTest}, on a project that breaks it. */
class RulesBiteTest {

    private static Path stubs;

    @TempDir
    Path root;

    private FixtureProject project;

    @BeforeAll
    static void compileStubs(@TempDir Path directory) throws IOException {
        FixtureProject.compileStubs(directory);
        stubs = directory;
    }

    @BeforeEach
    void layOut() {
        project = new FixtureProject(root, stubs);
    }

    private List<String> violations(ArchRule rule, ProjectModule module) throws IOException {
        return rule.evaluate(module.classes(root)).getFailureReport().getDetails();
    }

    @ParameterizedTest
    @EnumSource
    void an_arrow_between_modules_is_found_in_the_byte_code_unless_it_is_in_the_table(ProjectModule from)
            throws IOException {
        project.addExpression(
                from,
                Stream.of(ProjectModule.values())
                        .map(to -> "io.lockstep." + to.subject() + ".Stub.get()")
                        .collect(Collectors.joining(", ", "new Object[] {", "}")));

        List<String> violations = violations(ModuleRules.usesOnlyTheModulesThatItMay(from), from);

        for (ProjectModule to : ProjectModule.values()) {
            assertThat(violations.stream().anyMatch(v -> v.contains("<io.lockstep." + to.subject() + ".Stub.get()>")))
                    .as(from + " to " + to)
                    .isNotEqualTo(from == to || from.mayUse().contains(to));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class Fixture extends io.lockstep.simulator.Stub {}",
                "class Fixture { io.lockstep.simulator.Stub field; }",
                "class Fixture { void take(io.lockstep.simulator.Stub[] all) {} }",
                "class Fixture { java.util.List<io.lockstep.simulator.Stub> list; }",
                "class Fixture { boolean is(Object o) { return o instanceof io.lockstep.simulator.Stub; } }",
                "class Fixture { Class<?> type() { return io.lockstep.simulator.Stub.class; } }",
                "class Fixture { java.util.function.Supplier<Object> later() { return io.lockstep.simulator.Stub::get; } }",
                "class Fixture { java.util.function.Supplier<Object> later() { return () -> new io.lockstep.simulator.Stub(); } }",
            })
    void the_simulator_is_found_wherever_a_class_names_it(String source) throws IOException {
        project.add(AGENT, "package io.lockstep.agent; " + source);

        assertThat(violations(ModuleRules.doesNotUse(SIMULATOR), AGENT)).isNotEmpty();
        assertThat(violations(ModuleRules.usesOnlyTheModulesThatItMay(AGENT), AGENT))
                .isNotEmpty();
    }

    @Test
    void a_class_of_the_simulator_inside_another_module_is_found() throws IOException {
        project.add(CONTROLLER, "package io.lockstep.simulator.sub; class Fixture {}");

        assertThat(violations(ModuleRules.staysInItsPackage(CONTROLLER), CONTROLLER))
                .hasSize(1);
        assertThat(violations(ModuleRules.doesNotUse(SIMULATOR), CONTROLLER)).hasSize(1);
    }

    @Test
    void a_package_whose_name_only_begins_like_the_module_is_not_its_own() throws IOException {
        project.add(CORE, "package io.lockstep.coreish; class Fixture {}");

        assertThat(violations(ModuleRules.staysInItsPackage(CORE), CORE)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"AGENT", "CONTROLLER"})
    void an_arrow_to_agent_or_controller_is_found(ProjectModule module) throws IOException {
        project.addExpression(
                module, "java.util.List.of(io.lockstep.agent.Stub.get(), io.lockstep.controller.Stub.get())");

        assertThat(violations(ModuleRules.doesNotUse(AGENT), module)).hasSize(1);
        assertThat(violations(ModuleRules.doesNotUse(CONTROLLER), module)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    CORE, io.quarkus.runtime
                    CORE, io.grpc
                    CORE, javax.inject
                    HOOK, io.lockstep.core
                    HOOK, com.google.protobuf
                    """)
    void a_library_in_core_or_hook_is_found(ProjectModule module, String library) throws IOException {
        project.addExpression(module, library + ".Stub.get()");

        assertThat(violations(ModuleRules.usesOnlyTheJdk(module), module)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    io.quarkus.runtime,  1
                    javax.inject,        1
                    io.grpc,             0
                    com.google.protobuf, 0
                    io.lockstep.core,    0
                    """)
    void in_proto_every_library_but_protobuf_and_grpc_is_found(String library, int found) throws IOException {
        project.addExpression(PROTO, library + ".Stub.get()");

        assertThat(violations(ModuleRules.protoUsesOnlyCoreProtobufAndGrpc(), PROTO))
                .hasSize(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.io.File(\"f\")",
                "new java.io.FileInputStream(\"f\")",
                "new java.io.FileReader(\"f\")",
                "new java.io.PrintStream(\"f\")",
                "new java.io.RandomAccessFile(\"f\", \"r\")",
                "java.nio.file.Path.of(\"f\")",
                "java.nio.file.Files.readString(null)",
                "java.nio.channels.FileChannel.open(null)",
                "new java.net.Socket(\"h\", 1)",
                "java.net.URI.create(\"u\")",
                "java.net.InetAddress.getLocalHost()",
                "java.net.http.HttpClient.newHttpClient()",
                "new java.util.Scanner(\"f\")",
                "new java.util.Formatter(\"f\")",
                "java.util.ServiceLoader.load(Object.class)",
                "new ProcessBuilder(\"p\").start()",
                "Runtime.getRuntime().exec(\"p\")",
                "new Thread(() -> {})",
                "Thread.currentThread()",
                "Thread.ofVirtual().start(() -> {})",
                "new ThreadLocal<String>()",
                "new java.util.Timer()",
                "java.util.concurrent.Executors.newCachedThreadPool()",
                "new java.util.concurrent.locks.ReentrantLock()",
                "java.util.concurrent.CompletableFuture.runAsync(() -> {})",
                "new java.util.Date()",
                "java.util.Calendar.getInstance()",
                "new java.util.Random()",
                "java.util.logging.Logger.getLogger(\"l\")",
                "javax.xml.transform.TransformerFactory.newInstance()",
                "java.sql.DriverManager.getConnection(\"u\")",
                "io.quarkus.runtime.Stub.get()",
            })
    void in_core_a_type_that_does_more_than_compute_is_found(String expression) throws IOException {
        project.addExpression(CORE, expression);

        assertThat(violations(CorePurity.usesOnlyTypesThatCompute(), CORE)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.currentTimeMillis()",
                "System.nanoTime()",
                "System.getenv(\"e\")",
                "System.getProperty(\"p\")",
                "System.out",
                "java.time.Instant.now()",
                "java.time.LocalDate.now()",
                "java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC)",
                "java.time.Clock.systemUTC()",
                "java.time.Clock.tickSeconds(java.time.ZoneOffset.UTC)",
                "java.time.InstantSource.system()",
                "(java.util.function.Supplier<java.time.Instant>) java.time.Instant::now",
                "(java.util.function.LongSupplier) () -> System.nanoTime()",
                "Math.random()",
                "java.util.UUID.randomUUID()",
                "java.util.List.of().parallelStream()",
                "java.util.stream.IntStream.of(1).parallel()",
                "getClass().getResourceAsStream(\"r\")",
            })
    void in_core_a_look_at_clock_chance_or_surroundings_is_found(String expression) throws IOException {
        project.addExpression(CORE, expression);

        assertThat(violations(CorePurity.asksNothingOfItsSurroundings(), CORE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.io.StringReader(\"\")",
                "new java.io.ByteArrayInputStream(new byte[0])",
                "javax.xml.stream.XMLInputFactory.newDefaultFactory().createXMLStreamReader(new java.io.StringReader(\"\"))",
                "java.nio.charset.StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.allocate(0))",
                "java.time.Instant.EPOCH.plus(java.time.Duration.ofSeconds(1))",
                "java.util.UUID.fromString(\"u\").toString() + System.lineSeparator()",
                "new int[][] {{1}}.clone()",
                "java.util.List.of(1).stream().map(i -> i + 1).toList()",
            })
    void in_core_what_only_computes_is_allowed(String expression) throws IOException {
        project.addExpression(CORE, expression);

        assertThat(violations(CorePurity.usesOnlyTypesThatCompute(), CORE)).isEmpty();
        assertThat(violations(CorePurity.asksNothingOfItsSurroundings(), CORE)).isEmpty();
    }

    @Test
    void a_cycle_between_packages_of_core_is_found_and_only_the_known_class_excuses_it() throws IOException {
        project.add(
                CORE,
                "package io.lockstep.core.a; public class A { io.lockstep.core.b.Known known; }",
                "package io.lockstep.core.b; public class B { io.lockstep.core.a.A a; }",
                "package io.lockstep.core.b; public class Known {}");
        List<KnownDependency> known = List.of(new KnownDependency("io.lockstep.core.a", "io.lockstep.core.b.Known"));

        assertThat(violations(ModuleRules.corePackagesHaveNoCycles(List.of()), CORE))
                .hasSize(1);
        assertThat(violations(ModuleRules.corePackagesHaveNoCycles(known), CORE))
                .isEmpty();

        project.add(CORE, "package io.lockstep.core.a; class Other { io.lockstep.core.b.B b; }");
        assertThat(violations(ModuleRules.corePackagesHaveNoCycles(known), CORE))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void an_arrow_between_modules_is_found_in_the_pom_unless_it_is_in_the_table(ProjectModule from) throws IOException {
        for (ProjectModule to : ProjectModule.values()) {
            project.addPom(from, dependency("io.lockstep", to.artifact(), ""));

            assertThat(ModuleRules.violations(from, from.pom(root)).isEmpty())
                    .as(from + " to " + to)
                    .isEqualTo(from.mayUse().contains(to));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    AGENT, io.lockstep,           lockstep-simulator, <scope>compile</scope>,   1
                    AGENT, io.lockstep,           lockstep-simulator, <scope>runtime</scope>,   1
                    AGENT, io.lockstep,           lockstep-simulator, <scope> provided</scope>, 1
                    AGENT, io.lockstep,           lockstep-simulator, <scope>test</scope>,      0
                    AGENT, ${project.groupId},    lockstep-simulator, '',                       1
                    AGENT, ${lockstep.group},     lockstep-simulator, '',                       1
                    AGENT, io.lockstep,           lockstep-deploy,    '',                       1
                    AGENT, io.quarkus,            quarkus-grpc,       '',                       0
                    CORE,  com.google.protobuf,   protobuf-java,      '',                       1
                    CORE,  org.junit.jupiter,     junit-jupiter,      <scope>test</scope>,      0
                    HOOK,  io.netty,              netty-transport,    <scope>runtime</scope>,   1
                    PROTO, io.quarkus,            quarkus-grpc,       '',                       1
                    PROTO, io.grpc,               grpc-stub,          '',                       0
                    """)
    void a_dependency_in_a_pom_is_judged_by_its_group_name_and_scope(
            ProjectModule module, String group, String artifact, String scope, int found) throws IOException {
        project.addPom(module, dependency(group, artifact, scope));

        assertThat(ModuleRules.violations(module, module.pom(root))).hasSize(found);
    }

    @Test
    void a_dependency_in_a_profile_counts_and_one_that_is_only_managed_does_not() throws IOException {
        String simulator = dependency("io.lockstep", "lockstep-simulator", "");
        project.addPom(AGENT, "<profiles><profile><id>p</id>" + simulator + "</profile></profiles>");
        project.addPom(CONTROLLER, "<dependencyManagement>" + simulator + "</dependencyManagement>");

        assertThat(ModuleRules.violations(AGENT, AGENT.pom(root)))
                .containsExactly("agent/pom.xml must not depend on io.lockstep:lockstep-simulator");
        assertThat(ModuleRules.violations(CONTROLLER, CONTROLLER.pom(root))).isEmpty();
    }

    private static String dependency(String group, String artifact, String scope) {
        return "<dependencies><dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId>"
                + scope + "</dependency></dependencies>";
    }

    @Test
    void a_module_that_is_not_compiled_fails_with_the_missing_directory() throws IOException {
        Path classes = HOOK.target(root).resolve("classes");

        assertThatIllegalStateException()
                .isThrownBy(() -> HOOK.classes(root))
                .withMessage("there are no classes in " + classes + ": build the whole project first");
        Files.createDirectories(classes.resolve("io/lockstep/hook"));
        assertThatIllegalStateException().isThrownBy(() -> HOOK.classes(root)).withMessageContaining("no classes");
    }
}
