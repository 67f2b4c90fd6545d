package io.lockstep.simulator.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The programs that the demo runs, as the build leaves them. */
record Installation(Path agent, Path controller, Path hookHome, Path hookScript, Path simulator) {

    /** @throws DemoException naming what is missing and how to get it */
    static Installation in(Path root) {
        return new Installation(
                there(root.resolve("agent/target/quarkus-app/quarkus-run.jar")),
                there(root.resolve("controller/target/quarkus-app/quarkus-run.jar")),
                home(there(root.resolve("hook/target/lockstep-hook.jar"))),
                there(root.resolve("hook/src/main/sh/50-lockstep")),
                there(root.resolve("simulator/target/lockstep-simulator.jar")));
    }

    private static Path home(Path jar) {
        return Objects.requireNonNull(jar.getParent());
    }

    private static Path there(Path path) {
        if (!Files.isReadable(path)) {
            throw new DemoException(path + " is missing: run ./lockstep build");
        }
        return path.toAbsolutePath();
    }
}
