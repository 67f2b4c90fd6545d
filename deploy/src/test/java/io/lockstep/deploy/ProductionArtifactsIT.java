package io.lockstep.deploy;

import static io.lockstep.deploy.ProjectModule.CORE;
import static io.lockstep.deploy.ProjectModule.HOOK;
import static io.lockstep.deploy.ProjectModule.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is installed contains production code only. */
class ProductionArtifactsIT {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"AGENT", "CONTROLLER", "CLI"})
    void a_packaged_program_has_nothing_of_the_simulator_or_of_tests(ProjectModule module) throws IOException {
        ProgramJars program = new ProgramJars(module.target(ROOT).resolve("quarkus-app"));

        assertThat(program.entries()).anyMatch(e -> e.startsWith("io/lockstep/" + module.subject() + "/"));
        assertThat(program.foreign()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT", "CONTROLLER", "CLI"})
    void a_packaged_program_has_of_this_project_only_itself_and_what_it_may_use(ProjectModule module)
            throws IOException {
        Path app = module.target(ROOT).resolve("quarkus-app");

        assertThat(new ProgramJars(app.resolve("app")).ours()).containsExactly(module.artifact() + ".jar");
        assertThat(new ProgramJars(app.resolve("lib")).ours())
                .contains("io.lockstep." + CORE.artifact() + ".jar")
                .isSubsetOf(module.mayUse().stream()
                        .map(m -> "io.lockstep." + m.artifact() + ".jar")
                        .toList());
    }

    @Test
    void the_hook_is_one_jar_with_its_own_classes_alone() throws IOException {
        Path jar = HOOK.target(ROOT).resolve("lockstep-hook.jar");
        Files.copy(jar, directory.resolve("lockstep-hook.jar"));
        ProgramJars hook = new ProgramJars(directory);

        assertThat(hook.foreign()).isEmpty();
        assertThat(hook.entries())
                .contains("io/lockstep/hook/Main.class")
                .allMatch(e -> e.startsWith("io/lockstep/hook/") || e.startsWith("META-INF/"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    io/lockstep/simulator/Cluster.class,               '',                            is of the simulator
                    META-INF/versions/25/io/lockstep/simulator/A.class,'',                            is of the simulator
                    io/lockstep/agent/A.class,                         'xLio/lockstep/simulator/A;x', names the simulator
                    META-INF/services/a.Provider,                      io.lockstep.simulator.A,       names the simulator
                    org/junit/jupiter/api/Test.class,                  '',                            is of a test library
                    org/assertj/core/api/Assertions.class,             '',                            is of a test library
                    """)
    void what_has_no_business_in_a_program_is_found_in_a_jar_and_in_a_jar_in_it(
            String entry, String content, String finding) throws IOException {
        Files.createDirectories(directory.resolve("lib/main"));
        Files.write(
                directory.resolve("lib/main/a.jar"),
                jar("io/lockstep/agent/Good.class", "good".getBytes(StandardCharsets.UTF_8)));
        assertThat(new ProgramJars(directory).foreign()).isEmpty();

        byte[] bad = jar(entry, content.getBytes(StandardCharsets.UTF_8));
        Files.write(directory.resolve("lib/main/b.jar"), bad);
        Files.write(directory.resolve("c.jar"), jar("deep.jar", bad));

        assertThat(new ProgramJars(directory).foreign())
                .containsExactly(
                        "c.jar!deep.jar: " + entry + " " + finding, "lib/main/b.jar: " + entry + " " + finding);
    }

    private static byte[] jar(String entry, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(content);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void a_program_that_is_not_packaged_fails_with_the_missing_directory() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new ProgramJars(directory.resolve("nowhere")))
                .withMessage(directory.resolve("nowhere") + " is missing: package the whole project first");
        assertThatIllegalStateException()
                .isThrownBy(() -> new ProgramJars(directory))
                .withMessageContaining("no jar below " + directory);
    }
}
