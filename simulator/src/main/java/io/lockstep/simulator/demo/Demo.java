package io.lockstep.simulator.demo;

import io.lockstep.simulator.libvirt.VirshResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@code ./lockstep demo [--keep]}: the main job on one machine, with the real controller, agents and hook program.
 *
 * <p>Exit status 0 when everything went as it should, 1 when something did not, 2 for a wrong option.
 */
public final class Demo {

    private static final String USAGE = """
            usage: ./lockstep demo [--keep]
              --keep   leave everything running afterwards, with a guest, and print commands to try""";

    private Demo() {}

    public static void main(String[] arguments) {
        List<String> options = List.of(arguments);
        if (options.contains("--help") || options.contains("-h")) {
            System.out.println(USAGE);
            return;
        }
        if (!List.of("--keep").containsAll(options)) {
            System.err.println("lockstep demo: unknown option in " + options + "\n" + USAGE);
            System.exit(2);
        }
        Path root = Path.of(System.getProperty("lockstep.root", "."));
        System.exit(run(root, options.contains("--keep"), new Screen(System.out)));
    }

    private static int run(Path root, boolean keep, Screen screen) {
        long began = System.nanoTime();
        DemoCluster demo;
        try {
            demo = new DemoCluster(Installation.in(root), Story.VOLUMES, "h1", "h2", "h3");
        } catch (DemoException | IOException e) {
            System.err.println("lockstep demo: " + e.getMessage());
            return 1;
        }
        // Ctrl-C and every other end come through here, and leave no process behind.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(demo::close));
        try {
            screen.title("""
                    Lockstep demo: three hosts on one shared volume group. The controller, the agents and libvirt's hook are the real
                    programs, each a process of its own; libvirt, LVM and the shared disk under them are simulated (ten times
                    faster than life: LVM's five seconds for a refused shared lock are half a second here).""");
            demo.start();
            screen.title("The controller and three agents are up after "
                    + Screen.seconds(Duration.ofNanos(System.nanoTime() - began)) + ". Their logs: "
                    + demo.directory());
            boolean good = new Story(demo, screen).tell();
            screen.blank();
            screen.title((good ? "Everything went as it should" : "SOMETHING WENT WRONG") + ", in "
                    + Screen.seconds(Duration.ofNanos(System.nanoTime() - began)) + ".");
            if (keep) {
                keep(demo, screen);
            }
            return good ? 0 : 1;
        } catch (DemoException | IOException e) {
            System.err.println("lockstep demo: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void keep(DemoCluster demo, Screen screen) throws InterruptedException {
        VirshResult started = demo.cluster().host("h1").virsh().start("web");
        screen.title(started.ok() ? "\nThe guest web runs on h1 again." : "\n" + started.err());
        screen.title("""
                In another terminal, in this directory:
                  export LOCKSTEP_CONTROLLER=%s LOCKSTEP_SIMULATOR=127.0.0.1:%d
                  ./lockstep ctl hosts
                  ./lockstep ctl locks
                  ./lockstep ctl why vg0/web-root
                  ./lockstep virsh h1 migrate web h2
                  ./lockstep virsh h1 start web
                  ./lockstep ctl handovers
                  ./lockstep virsh h1 help
                Ctrl-C ends everything. More to try: README.md, docs/operations.md.""".formatted(demo.controller(), demo.simulatorPort()));
        new CountDownLatch(1).await();
    }
}
