package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.allows;
import static io.lockstep.hook.FakeAgent.answers;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.hook.HookBed.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** stdout is libvirt's, whatever state the AOT cache is in and whatever a JVM likes to print. */
class StdoutGuardTest {

    private static final String NEW_XML = "<domain><metadata/></domain>";

    @TempDir
    Path directory;

    HookBed hook;
    Path jar;
    Path cache;

    @BeforeEach
    void install() throws Exception {
        hook = new HookBed(directory);
        jar = hook.home.resolve("lockstep-hook.jar");
        cache = hook.home.resolve("lockstep-hook.aot");
    }

    @Test
    void a_cache_that_fits_is_used() throws Exception {
        makeCache();
        assertThat(check().status()).isEqualTo(0);
        everythingWorks();
    }

    @Test
    void a_missing_cache_is_missed_by_nobody() throws Exception {
        assertThat(check().status()).isEqualTo(1);
        everythingWorks();
    }

    @Test
    void a_truncated_cache_is_not_used() throws Exception {
        makeCache();
        byte[] whole = Files.readAllBytes(cache);
        for (int size : new int[] {0, 100, whole.length / 2, whole.length - 8192}) {
            Files.write(cache, Arrays.copyOf(whole, size));
            assertThat(check().status()).isEqualTo(1);
            everythingWorks();
        }
    }

    @Test
    void a_cache_with_a_damaged_header_is_not_used() throws Exception {
        makeCache();
        try (FileChannel file = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4096), 0);
        }
        assertThat(check().status()).isEqualTo(1);
        everythingWorks();
    }

    /** A JVM of JDK 25 would go on with the old classes. */
    @Test
    void a_cache_of_another_jar_is_not_used() throws Exception {
        makeCache();
        Path otherJar = otherProgram();
        Files.move(otherJar, jar, StandardCopyOption.REPLACE_EXISTING); // as a package manager does
        assertThat(hook.call("prepare").stderr()).isEqualTo("another program\n");
        assertThat(check().status()).isEqualTo(1);
    }

    @Test
    void nor_one_of_a_jar_that_was_overwritten_in_place() throws Exception {
        makeCache();
        byte[] other = Files.readAllBytes(otherProgram());
        Files.write(jar, other); // the same inode
        assertThat(hook.call("prepare").stderr()).isEqualTo("another program\n");
        assertThat(check().status()).isEqualTo(1);
    }

    @Test
    void a_cache_is_made_again_only_when_it_must() throws Exception {
        makeCache();
        var first = Files.readAttributes(cache, BasicFileAttributes.class);
        makeCache();
        var second = Files.readAttributes(cache, BasicFileAttributes.class);
        assertThat(second.fileKey()).isEqualTo(first.fileKey());
    }

    @Test
    void no_cache_is_made_of_a_program_that_does_not_run_and_that_is_no_error() throws Exception {
        Files.delete(jar);
        Result result = HookBed.tool("make-aot", hook.home);
        assertThat(result.status()).isEqualTo(0);
        assertThat(result.stderr()).startsWith("make-aot: no AOT cache");
        try (var files = Files.list(hook.home)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void a_Java_that_chatters_reaches_stderr_only() throws Exception {
        Path java = Files.writeString(
                directory.resolve("java"),
                "#!/bin/sh\necho noise\necho '<domain>noise</domain>'\nexec " + HookBed.JAVA + " \"$@\"\n");
        HookBed.permissions(java, "rwxr-xr-x");
        hook.set("JAVA", java.toString());
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, NEW_XML))) {
            assertThat(hook.call("migrate")).isEqualTo(new Result(0, NEW_XML, "noise\n<domain>noise</domain>\n"));
        }
    }

    @Test
    void options_for_other_JVMs_do_not_concern_the_hook() throws Exception {
        hook.environment("JAVA_TOOL_OPTIONS", "-Xlog:all=info:stdout");
        hook.environment("JDK_JAVA_OPTIONS", "-version");
        hook.environment("_JAVA_OPTIONS", "-Xmx1k");
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, NEW_XML))) {
            assertThat(hook.call("migrate")).isEqualTo(new Result(0, NEW_XML, ""));
        }
    }

    private void everythingWorks() throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, NEW_XML), allows(), answers(409, "held"))) {
            assertThat(hook.call("migrate")).isEqualTo(new Result(0, NEW_XML, ""));
            assertThat(hook.call("prepare")).isEqualTo(new Result(0, "", ""));
            assertThat(hook.call("prepare")).isEqualTo(new Result(1, "", "lockstep: held\n"));
        }
    }

    private void makeCache() throws Exception {
        assertThat(HookBed.tool("make-aot", hook.home)).isEqualTo(new Result(0, "", ""));
        assertThat(cache).exists();
    }

    private Result check() throws Exception {
        return HookBed.tool("make-aot", "--check", hook.home);
    }

    private Path otherProgram() throws Exception {
        Path sources = Files.createDirectory(directory.resolve("other"));
        Path source = Files.writeString(sources.resolve("Main.java"), """
                package io.lockstep.hook;

                public class Main {
                    public static void main(String[] arguments) {
                        System.err.println("another program");
                    }
                }
                """);
        Path bin = HookBed.JAVA.getParent();
        Path other = directory.resolve("other.jar");
        run(bin.resolve("javac"), "-d", sources, source);
        run(bin.resolve("jar"), "--create", "--file", other, "-C", sources, "io");
        return other;
    }

    private static void run(Path command, Object... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isEqualTo(0);
    }
}
