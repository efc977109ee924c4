package deskmatecalled;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What code does besides giving a result, as far as it can be read in its file. */
final class Effects {
    private static final Map<Pattern, String> EFFECTS = new LinkedHashMap<>();

    static {
        String[][] rules = {
            {"^System\\.(currentTimeMillis|nanoTime)$|\\.now$|^Thread\\.sleep$|^Clock$|^new (Date|GregorianCalendar)\\(\\)|^Calendar\\.getInstance$", "depends on the time"},
            {"^Math\\.random$|^(Random|SecureRandom|ThreadLocalRandom|SplittableRandom)$|^UUID\\.randomUUID$|^Collections\\.shuffle$", "is random"},
            {"^System\\.in$|^Console$|^System\\.console$", "asks for input"},
            {"^System\\.(getenv|getProperty|setProperty|getProperties)$", "depends on its environment"},
            {"^(System|Runtime)\\.exit$", "ends the program"},
            {"^(Thread|ExecutorService|Executors|CompletableFuture|ForkJoinPool|Timer)$|\\.(parallelStream|parallel)$", "runs threads"},
            {"^(File|Files|FileReader|FileWriter|FileInputStream|FileOutputStream|RandomAccessFile|FileChannel|FileSystems)$", "uses files"},
            {"^(Socket|ServerSocket|DatagramSocket|HttpClient|HttpURLConnection|URLConnection|InetAddress|SocketChannel)$", "uses the network"},
            {"^(ProcessBuilder|Runtime|Process)$", "starts programs"},
            {"^(DriverManager|Connection|DataSource|PreparedStatement|EntityManager)$", "uses a database"},
        };
        for (String[] one : rules) {
            EFFECTS.put(Pattern.compile(one[0]), one[1]);
        }
    }

    /** What methods of this name do besides giving a result, and those of the file that they may call. */
    static String find(CompilationUnitTree unit, String name) {
        Map<String, List<Tree>> methods = new LinkedHashMap<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree one, Void none) {
                methods.computeIfAbsent(one.getName().toString(), key -> new ArrayList<>()).add(one);
                return super.visitMethod(one, none);
            }

            @Override
            public Void visitClass(ClassTree one, Void none) {
                for (Tree each : one.getMembers()) {
                    if (each instanceof MethodTree && ((MethodTree) each).getName().contentEquals("<init>")) {
                        methods.computeIfAbsent(one.getSimpleName().toString(), key -> new ArrayList<>()).add(each);
                    }
                }
                return super.visitClass(one, none);
            }
        }.scan(unit, null);
        Deque<String> left = new ArrayDeque<>(List.of(name));
        Set<String> known = new LinkedHashSet<>(left);
        String[] found = {""};
        while (!left.isEmpty() && found[0].isEmpty()) {
            for (Tree method : methods.getOrDefault(left.pop(), List.of())) {
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMemberSelect(MemberSelectTree one, Void none) {
                        note(one.toString());
                        note("." + one.getIdentifier());
                        follow(one.getIdentifier().toString());
                        return super.visitMemberSelect(one, none);
                    }

                    @Override
                    public Void visitIdentifier(IdentifierTree one, Void none) {
                        note(one.toString());
                        follow(one.toString());
                        return null;
                    }

                    @Override
                    public Void visitNewClass(NewClassTree one, Void none) {
                        note(one.toString());
                        return super.visitNewClass(one, none);
                    }

                    private void note(String says) {
                        EFFECTS.forEach((pattern, effect) -> {
                            if (found[0].isEmpty() && pattern.matcher(says).find()) {
                                found[0] = effect;
                            }
                        });
                    }

                    private void follow(String called) {
                        if (methods.containsKey(called) && known.add(called)) {
                            left.push(called);
                        }
                    }
                }.scan(method, null);
            }
        }
        return found[0];
    }
}
