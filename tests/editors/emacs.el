;; Starts a server on shop.py with one client, has it run the action ACTION, and writes what came of it as JSON:
;; what is listed, and the text of the file CHANGED once it has the word AWAITED. Every question is answered with ANSWER.

(setq native-comp-enable-subr-trampolines nil) ; there is no compiler in an unpacked Emacs

(defun until (holds what)
  (with-timeout (30 (error "%s: never\n%s" what (with-current-buffer "*Messages*" (buffer-string))))
    (while (not (funcall holds)) (accept-process-output nil 0.05))))

(defun start-eglot ()
  (require 'eglot)
  (load (expand-file-name "snippet.el" (getenv "HOME")))
  (apply #'eglot (eglot--guess-contact))
  (until #'eglot-current-server "the server runs"))

(defun start-lsp-mode ()
  (dolist (folder (split-string (getenv "LSP_MODE") ":")) (add-to-list 'load-path folder))
  (setq lsp-client-packages nil lsp-enable-snippet nil lsp-lens-enable nil lsp-auto-guess-root t)
  (require 'lsp-mode)
  (let ((entry (expand-file-name "lsp-deskmate.el" (getenv "HOME"))) (byte-compile-error-on-warn t))
    (unless (byte-compile-file entry) (error "it does not compile"))
    (load (concat entry "c")))
  (setq lsp-deskmate-server-command (list (getenv "DESKMATE") "serve"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () (split-string (getenv "OTHER") "\n")))
                    :activation-fn (lambda (&rest _) t)
                    :server-id 'other))
  (lsp)
  (until (lambda ()
           (and (length= (lsp-workspaces) 2)
                (seq-every-p (lambda (one) (eq 'initialized (lsp--workspace-status one))) (lsp-workspaces))))
         "both servers run"))

(defun text ()
  (let ((buffer (find-buffer-visiting (getenv "CHANGED"))))
    (if buffer (with-current-buffer buffer (buffer-string)) "")))

(setq asked nil)
(advice-add 'completing-read :override
            (lambda (prompt choices _ _ &optional typed &rest _) (push (list prompt typed) asked) (getenv "ANSWER")))
(advice-add 'y-or-n-p :override (lambda (prompt) (push (list prompt) asked) t))

(defun run (actions title-of execute)
  (let ((taken (seq-find (lambda (one) (string-suffix-p (getenv "ACTION") (funcall title-of one))) actions)))
    (funcall execute taken)
    (until (lambda () (string-match-p (getenv "AWAITED") (text))) "the edit has come")
    (princ (json-encode `((titles . ,(vconcat (mapcar title-of actions))) (text . ,(text)) (asked . ,(vconcat asked)))))))

(find-file "shop.py")
(if (getenv "LSP_MODE")
    (progn
      (start-lsp-mode)
      (run (lsp-code-actions-at-point)
           (lambda (one) (gethash "title" one)) #'lsp-execute-code-action)
      (lsp-deskmate-cancel))
  (start-eglot)
  (run (eglot-code-actions (point) (point))
       (lambda (one) (plist-get one :title)) (lambda (one) (eglot-execute (eglot-current-server) one))))
