package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code kill-vg} with a dmsetup that keeps its tables in files, and with processes of our own that claim to be qemu. The lab's
 * scenario kill-command shows it with real ones.
 */
class KillVgTest {

    private static final String SCRIPT =
            ProjectModule.ROOT.resolve("deploy/systemd/kill-vg").toString();

    @TempDir
    Path root;

    private final List<Process> processes = new ArrayList<>();

    private record Result(int status, String output) {}

    @BeforeEach
    void a_host_with_a_dmsetup() throws IOException {
        Files.createDirectories(root.resolve("sys/class/block"));
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("tables"));
        Path dmsetup = Files.createDirectories(root.resolve("bin")).resolve("dmsetup");
        // A table in "stalled" is one that waits for what is under way.
        Files.writeString(dmsetup, """
                #!/bin/sh
                cd "%s/tables" || exit 1
                echo "$*" >>../calls
                case $1 in
                    table) for file in *; do echo "$file: $(cat "$file")"; done ;;
                    wipe_table)
                        for last; do :; done
                        [ -e "../stalled-$last" ] || echo '0 16384 error' >"$last"
                        ;;
                    remove)
                        for last; do :; done
                        rm "$last"
                        ;;
                esac
                """.formatted(root));
        Files.setPosixFilePermissions(dmsetup, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private void device(int minor, String name, String uuid) throws IOException {
        Path device = root.resolve("sys/class/block/dm-" + minor);
        Files.createDirectories(device.resolve("dm"));
        Files.writeString(device.resolve("dm/name"), name + "\n");
        Files.writeString(device.resolve("dm/uuid"), uuid + "\n");
        Files.writeString(device.resolve("dev"), "1:" + minor + "\n");
        Files.writeString(root.resolve("tables").resolve(name), "0 16384 linear 8:16 " + (2048 + minor) + "\n");
    }

    /** @param open a device of this machine that has the number of a volume: 1:3 is null, 1:5 zero, 1:7 full */
    private Process process(String program, String open) throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        processes.add(process);
        Path proc = root.resolve("proc/" + process.pid());
        Files.createDirectories(proc.resolve("fd"));
        Files.createSymbolicLink(proc.resolve("exe"), Path.of(program));
        Files.createSymbolicLink(proc.resolve("fd/0"), Path.of("/nowhere/file"));
        Files.createSymbolicLink(proc.resolve("fd/7"), Path.of(open));
        return process;
    }

    private Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPT));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private String table(String name) throws IOException {
        return Files.readString(root.resolve("tables").resolve(name)).strip();
    }

    private static boolean killed(Process process) throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 128 + 9;
    }

    @Test
    void guests_of_the_group_are_killed_and_its_volumes_lead_nowhere_while_other_groups_go_on() throws Exception {
        device(3, "my--vg-web", "LVM-aaaa");
        device(4, "my--vg-lvmlock", "LVM-bbbb");
        device(5, "my-web", "LVM-cccc");
        device(7, "my--vg--2-web", "LVM-dddd");
        device(8, "my--vg-not--lvm", "mpath-eeee");
        Process mine = process("/usr/bin/qemu-system-x86_64 (deleted)", "/dev/null");
        Process other = process("/usr/libexec/qemu-kvm", "/dev/zero");
        Process backup = process("/usr/bin/dd", "/dev/null");

        Result result = run("my-vg", root.toString());

        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("killed the guests of " + mine.pid(), "my--vg-web");
        assertThat(killed(mine)).isTrue();
        assertThat(other.isAlive()).isTrue();
        assertThat(backup.isAlive()).isTrue();
        assertThat(root.resolve("tables/my--vg-web")).as("removed once wiped").doesNotExist();
        for (String untouched : List.of("my--vg-lvmlock", "my-web", "my--vg--2-web", "my--vg-not--lvm")) {
            assertThat(table(untouched)).as(untouched).contains("linear");
        }
    }

    @Test
    void while_requests_are_under_way_it_does_not_say_that_the_group_is_safe() throws Exception {
        device(3, "vg0-web", "LVM-aaaa");
        device(5, "vg0-db", "LVM-bbbb");
        Files.createFile(root.resolve("stalled-vg0-db"));

        Result result = run("vg0", root.toString(), "1");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("still under way on vg0-db:", "reset this host");
        assertThat(table("vg0-web")).contains("error");
    }

    @Test
    void a_group_of_which_nothing_is_active_is_safe() throws Exception {
        device(4, "vg0-lvmlock", "LVM-bbbb");

        Result result = run("vg0", root.toString());

        assertThat(result.status()).isZero();
        assertThat(result.output()).contains("none of its volumes is active here");
        assertThat(root.resolve("calls")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-f", ".", "..", "vg0/web", "vg0;reboot", "vg 0", "*"})
    void what_is_no_name_of_a_group_is_refused(String name) throws Exception {
        Result result = run(name, root.toString());

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.output()).contains("\"" + name + "\" is not the name of a volume group");
    }
}
