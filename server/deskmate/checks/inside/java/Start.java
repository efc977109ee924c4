// Compiles what makes the two programs, which is kept, and runs it: Java runs a file as it is only where
// it needs no other.

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

public class Start {
    public static void main(String[] args) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            System.out.println("{\"problem\": \"there is no Java compiler\"}");
            return;
        }
        List<String> command = new ArrayList<>();
        StringBuilder all = new StringBuilder(System.getProperty("java.version"));
        for (File one : new File(args[0]).listFiles()) {
            command.add(one.getPath());
            all.append(one.getName()).append(new String(Files.readAllBytes(one.toPath()), "UTF-8"));
        }
        String kept = args[1].replaceAll("(?s).*\"compiled\": \"(.*?)\".*", "$1").replace("\\\\", "\\");
        Path classes = Paths.get(kept, "java-" + Integer.toHexString(all.toString().hashCode()));
        if (!Files.isDirectory(classes)) {
            Files.createDirectories(Paths.get(kept));
            Path made = Files.createTempDirectory(Paths.get(kept), "java");
            command.add(0, made.toString());
            command.add(0, "-d");
            command.add(0, "-proc:none");
            if (compiler.run(null, null, null, command.toArray(new String[0])) != 0) {
                return;
            }
            try {
                Files.move(made, classes);
            } catch (java.io.IOException raced) {
                classes = made; // another has made it meanwhile
            }
        }
        URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        Class<?> plan = loader.loadClass("deskmatecalled.Plan");
        plan.getMethod("main", String[].class).invoke(null, (Object) new String[] {classes.toString(), args[1]});
    }
}
